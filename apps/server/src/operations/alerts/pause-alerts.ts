import type { Alert } from '@bookedbarber/contract';
import type { OutboxCounts } from '../messages/outbox-monitor.ts';
import { pausedLongMs } from './alert-thresholds.ts';

/** A pause is no fault. One that has gone on for long may have been forgotten. */
export function* pauseAlerts(
  { pauses, held }: Pick<OutboxCounts, 'pauses' | 'held'>,
  nowMs: number,
): Generator<Alert> {
  const long = pauses.filter(({ pausedAt }) => nowMs - pausedAt.getTime() > pausedLongMs);
  if (long.length === 0) return;
  const words = long.map(({ target: what, pausedBy, pausedAt, reason }) => {
    const since = pausedAt.toISOString().slice(0, 16).replace('T', ' ');
    return `${what} since ${since} UTC by ${pausedBy} (${reason})`;
  });
  yield {
    code: 'messages_paused',
    severity: 'ticket',
    title: 'Sending is paused',
    detail: `Paused for over ${pausedLongMs / 60_000} minutes: ${words.join('; ')}. ${held} due messages wait.`,
    remediation: `Go on with \`bookedbarber messages resume ${long[0]?.target}\` when the reason is mended.`,
  };
}
