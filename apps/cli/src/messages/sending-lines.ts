import type { MessagePause, MessageStats } from '@bookedbarber/contract';
import type { Paint } from '../shared/terminal/paint.ts';
import { table } from '../shared/terminal/table.ts';
import { count, counted, span } from '../shared/terminal/words.ts';

/** Message delivery, as terminal output. */
export function sendingLines(stats: MessageStats, paint: Paint): string[] {
  return [
    `${paint.heading('Messages')}  ${lateness(stats, paint)}`,
    ...pausedLines(stats, paint),
    '',
    ...table(
      [{ title: 'state' }, { title: 'messages', align: 'right' }],
      Object.entries(stats.states).map(([state, number]) => [state, count(number)]),
    ),
    '',
    ...kindLines(stats),
    workerLine(stats, paint),
  ];
}

/** "all since 2026-11-26 12:00 UTC by Ada: the provider is down". */
export function pauseLine({ target, paused_at, paused_by, reason }: MessagePause): string {
  return `${target} since ${paused_at.slice(0, 16).replace('T', ' ')} UTC by ${paused_by}: ${reason}`;
}

/** One line for each active pause, and the number of due messages that wait. */
export function pausedLines(
  { pauses, paused: held }: Pick<MessageStats, 'pauses' | 'paused'>,
  paint: Paint,
): string[] {
  if (pauses.length === 0) return [];
  return [
    ...pauses.map((pause) => paint.warning(`  paused: ${pauseLine(pause)}`)),
    `  ${counted(held, 'due message')} ${held === 1 ? 'waits' : 'wait'} until a pause ends`,
  ];
}

/** "3 late, by up to 5 min", or the lag of the oldest due message. */
export function lateness(
  { late, lag_seconds: lag }: Pick<MessageStats, 'late' | 'lag_seconds'>,
  paint: Paint,
): string {
  return late > 0 ? paint.bad(`${count(late)} late, by up to ${span(lag)}`) : `lag ${span(lag)}`;
}

function kindLines({ kinds }: MessageStats): string[] {
  if (kinds.length === 0) return ['  No message was sent in the last hour, and none is due.'];
  const numbers = ['per minute', 'last hour', 'failed', 'due'].map((title) => ({
    title,
    align: 'right' as const,
  }));
  return table(
    [{ title: 'kind' }, ...numbers],
    kinds.map((kind) => [
      kind.kind,
      (kind.sent_last_5_minutes / 5).toFixed(1),
      count(kind.sent_last_hour),
      count(kind.failed_last_hour),
      count(kind.waiting),
    ]),
  );
}

function workerLine({ workers }: MessageStats, paint: Paint): string {
  if (workers.length === 0) return paint.warning('  no worker has reported in the last 30 seconds');
  const withoutQueue = workers.filter(({ delivers_from }) => delivers_from === 'outbox').length;
  const words = counted(workers.length, 'worker');
  return `  ${words}, ${withoutQueue === 0 ? 'all woken by the queue' : `${withoutQueue} of them polling without the queue`}`;
}
