import type { Message, MessageStats } from '@bookedbarber/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { FailureNotice } from '../shared/layout/failure-notice.tsx';
import { messagesQuery, operationsKey, retry } from './operator-calls.ts';

const groups = [
  { state: 'dead', title: 'Given up', none: 'No message was given up.' },
  { state: 'failed', title: 'Refused', none: 'No message was refused.' },
  { state: 'unknown', title: 'Unknown', none: 'Of every message it is known whether it was sent.' },
] as const;

/** What was not sent, or may not have been, with what went wrong and another try. */
export function StuckMessages({ token, states }: { token: string; states: MessageStats['states'] }) {
  return groups.map((group) => (
    <section key={group.state} className="operations-part" aria-labelledby={group.state}>
      <h2 id={group.state}>{group.title}</h2>
      {(states[group.state] ?? 0) === 0 ? (
        <p className="soft">{group.none}</p>
      ) : (
        <StuckList token={token} state={group.state} />
      )}
    </section>
  ));
}

function StuckList({ token, state }: { token: string; state: (typeof groups)[number]['state'] }) {
  const found = useQuery(messagesQuery(token, state));
  const queryClient = useQueryClient();
  const retrying = useMutation({
    mutationFn: (ids: string[]) => retry(token, { ids }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: operationsKey }),
  });
  const messages = found.data?.messages ?? [];
  return (
    <>
      {found.isError && <FailureNotice error={found.error} onRetry={() => void found.refetch()} />}
      {retrying.isError && <FailureNotice error={retrying.error} />}
      <ul className="operations-list">
        {messages.map((message) => (
          <StuckMessage
            key={message.id}
            message={message}
            busy={retrying.isPending}
            onRetry={() => retrying.mutate([message.id])}
          />
        ))}
      </ul>
      {messages.length === 50 && <p className="soft">These are the newest 50; there may be more.</p>}
    </>
  );
}

interface StuckMessageProps {
  message: Message;
  busy: boolean;
  onRetry: () => void;
}

function StuckMessage({ message, busy, onRetry }: StuckMessageProps) {
  const { kind, shop, due_at, attempts, last_error, can_retry, id } = message;
  return (
    <li>
      <p>
        <strong>{kind}</strong> of {shop}, due{' '}
        <time dateTime={due_at}>{new Date(due_at).toLocaleString('en')}</time>,{' '}
        {attempts === 1 ? 'tried once' : `tried ${attempts} times`}
      </p>
      {last_error !== null && <p className="operations-error">{last_error}</p>}
      {can_retry ? (
        <button
          type="button"
          className="button button-quiet"
          disabled={busy}
          onClick={onRetry}
          aria-describedby={`message-${id}`}
        >
          Send again
        </button>
      ) : (
        <p className="soft">No longer true: the booking has changed since.</p>
      )}
      <span id={`message-${id}`} className="visually-hidden">
        {kind} of {shop}
      </span>
    </li>
  );
}
