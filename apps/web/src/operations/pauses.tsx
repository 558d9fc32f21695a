import type { MessagePause } from '@bookedbarber/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { FailureNotice } from '../shared/layout/failure-notice.tsx';
import { operationsKey, pause, pausesQuery, resume } from './operator-calls.ts';

/** What is paused, and the form that pauses more. */
export function Pauses({ token }: { token: string }) {
  const pauses = useQuery(pausesQuery(token));
  const queryClient = useQueryClient();
  const [by, setBy] = useState('');
  const [what, setWhat] = useState('all');
  const [reason, setReason] = useState('');
  const refresh = () => queryClient.invalidateQueries({ queryKey: operationsKey });
  const pausing = useMutation({
    mutationFn: () => pause(token, { target: what, reason, by }),
    onSuccess: () => {
      setReason('');
      return refresh();
    },
  });
  const resuming = useMutation({
    mutationFn: (paused: string) =>
      resume(token, { target: paused, by: by.trim() || 'somebody at the page' }),
    onSuccess: refresh,
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    pausing.mutate();
  };
  const present = pauses.data?.pauses ?? [];
  return (
    <section className="operations-part" aria-labelledby="pauses">
      <h2 id="pauses">Pauses</h2>
      {pauses.isError && <FailureNotice error={pauses.error} onRetry={() => void pauses.refetch()} />}
      {pauses.data && present.length === 0 && <p className="soft">Nothing is paused.</p>}
      <ul className="operations-list">
        {present.map((held) => (
          <PresentPause
            key={held.target}
            pause={held}
            busy={resuming.isPending}
            onResume={() => resuming.mutate(held.target)}
          />
        ))}
      </ul>
      {resuming.isError && <FailureNotice error={resuming.error} />}
      <form className="operations-form" onSubmit={submit}>
        <p className="field">
          <label htmlFor="pause-what">Pause</label>
          <select id="pause-what" value={what} onChange={(event) => setWhat(event.target.value)}>
            {(pauses.data?.pause_targets ?? ['all']).map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </p>
        <p className="field">
          <label htmlFor="pause-reason">Why</label>
          <input
            id="pause-reason"
            required
            maxLength={500}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        </p>
        <p className="field">
          <label htmlFor="pause-by">Who you are</label>
          <input
            id="pause-by"
            required
            maxLength={100}
            autoComplete="name"
            value={by}
            onChange={(event) => setBy(event.target.value)}
          />
        </p>
        {pausing.isError && <FailureNotice error={pausing.error} />}
        <p role="status" className="soft">
          {pausing.isSuccess && `Paused. Messages in the middle of being sent: ${pausing.data.in_progress}.`}
        </p>
        <button type="submit" className="button" disabled={pausing.isPending}>
          Pause sending
        </button>
      </form>
    </section>
  );
}

interface PresentPauseProps {
  pause: MessagePause;
  busy: boolean;
  onResume: () => void;
}

function PresentPause({ pause: held, busy, onResume }: PresentPauseProps) {
  return (
    <li>
      <p>
        <strong>{held.target}</strong> since{' '}
        <time dateTime={held.paused_at}>{new Date(held.paused_at).toLocaleString('en')}</time> by{' '}
        {held.paused_by}: {held.reason}
      </p>
      <button type="button" className="button button-quiet" disabled={busy} onClick={onResume}>
        Resume {held.target}
      </button>
    </li>
  );
}
