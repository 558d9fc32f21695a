import type { Message, MessageStats } from '@bookedbarber/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { FailureNotice } from '../shared/layout/failure-notice.tsx';
import { messagesQuery, operationsKey, retry } from './operator-calls.ts';

const groups = [
  { state: 'dead', title: 'Dead', none: 'No dead messages.' },
  { state: 'failed', title: 'Failed', none: 'No failed messages.' },
  { state: 'unknown', title: 'Unknown outcome', none: 'No messages with an unknown outcome.' },
] as const;

/** Messages that were not sent or may not have been sent, with their errors and a retry button. */
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
  const list = useQuery(messagesQuery(token, state));
  const queryClient = useQueryClient();
  const retrying = useMutation({
    mutationFn: (ids: string[]) => retry(token, { ids }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: operationsKey }),
  });
  const messages = list.data?.messages ?? [];
  return (
    <>
      {list.isError && <FailureNotice error={list.error} onRetry={() => void list.refetch()} />}
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
      {messages.length === 50 && <p className="soft">Only the latest 50 messages are shown.</p>}
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
          Retry
        </button>
      ) : (
        <p className="soft">Out of date: the booking has changed.</p>
      )}
      <span id={`message-${id}`} className="visually-hidden">
        {kind} of {shop}
      </span>
    </li>
  );
}
