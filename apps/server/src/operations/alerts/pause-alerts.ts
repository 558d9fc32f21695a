import type { Alert } from '@bookedbarber/contract';
import type { OutboxCounts } from '../messages/outbox-monitor.ts';
import { pausedLongMs } from './alert-thresholds.ts';

/** A pause raises no alert at first. A long one may have been forgotten. */
export function* pauseAlerts(
  { pauses, paused }: Pick<OutboxCounts, 'pauses' | 'paused'>,
  nowMs: number,
): Generator<Alert> {
  const long = pauses.filter(({ pausedAt }) => nowMs - pausedAt.getTime() > pausedLongMs);
  if (long.length === 0) return;
  const descriptions = long.map(({ target, pausedBy, pausedAt, reason }) => {
    const since = pausedAt.toISOString().slice(0, 16).replace('T', ' ');
    return `${target} since ${since} UTC by ${pausedBy} (${reason})`;
  });
  yield {
    code: 'messages_paused',
    severity: 'ticket',
    title: 'Sending is paused',
    detail: `Paused for over ${pausedLongMs / 60_000} minutes: ${descriptions.join('; ')}. ${paused} due messages wait.`,
    remediation: `Run \`bookedbarber messages resume ${long[0]?.target}\` once the reason is resolved.`,
  };
}
