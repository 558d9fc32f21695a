import type { MessagePause } from '@bookedbarber/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { FailureNotice } from '../shared/layout/failure-notice.tsx';
import { operationsKey, pause, pausesQuery, resume } from './operator-calls.ts';

/** The active pauses, and a form that adds one. */
export function Pauses({ token }: { token: string }) {
  const pauses = useQuery(pausesQuery(token));
  const queryClient = useQueryClient();
  const [by, setBy] = useState('');
  const [target, setTarget] = useState('all');
  const [reason, setReason] = useState('');
  const refresh = () => queryClient.invalidateQueries({ queryKey: operationsKey });
  const pausing = useMutation({
    mutationFn: () => pause(token, { target, reason, by }),
    onSuccess: () => {
      setReason('');
      return refresh();
    },
  });
  const resuming = useMutation({
    mutationFn: (pausedTarget: string) =>
      resume(token, { target: pausedTarget, by: by.trim() || 'unknown user of the operations page' }),
    onSuccess: refresh,
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    pausing.mutate();
  };
  const active = pauses.data?.pauses ?? [];
  return (
    <section className="operations-part" aria-labelledby="pauses">
      <h2 id="pauses">Pauses</h2>
      {pauses.isError && <FailureNotice error={pauses.error} onRetry={() => void pauses.refetch()} />}
      {pauses.data && active.length === 0 && <p className="soft">No active pauses.</p>}
      <ul className="operations-list">
        {active.map((each) => (
          <ActivePause
            key={each.target}
            pause={each}
            busy={resuming.isPending}
            onResume={() => resuming.mutate(each.target)}
          />
        ))}
      </ul>
      {resuming.isError && <FailureNotice error={resuming.error} />}
      <form className="operations-form" onSubmit={submit}>
        <p className="field">
          <label htmlFor="pause-target">Pause</label>
          <select id="pause-target" value={target} onChange={(event) => setTarget(event.target.value)}>
            {(pauses.data?.pause_targets ?? ['all']).map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </p>
        <p className="field">
          <label htmlFor="pause-reason">Reason</label>
          <input
            id="pause-reason"
            required
            maxLength={500}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        </p>
        <p className="field">
          <label htmlFor="pause-by">Your name</label>
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
          {pausing.isSuccess && `Paused. Messages already being sent: ${pausing.data.in_progress}.`}
        </p>
        <button type="submit" className="button" disabled={pausing.isPending}>
          Pause delivery
        </button>
      </form>
    </section>
  );
}

interface ActivePauseProps {
  pause: MessagePause;
  busy: boolean;
  onResume: () => void;
}

function ActivePause({ pause: active, busy, onResume }: ActivePauseProps) {
  return (
    <li>
      <p>
        <strong>{active.target}</strong> since{' '}
        <time dateTime={active.paused_at}>{new Date(active.paused_at).toLocaleString('en')}</time> by{' '}
        {active.paused_by}: {active.reason}
      </p>
      <button type="button" className="button button-quiet" disabled={busy} onClick={onResume}>
        Resume {active.target}
      </button>
    </li>
  );
}
