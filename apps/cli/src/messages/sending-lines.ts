import type { MessagePause, MessageStats } from '@bookedbarber/contract';
import type { Paint } from '../shared/terminal/paint.ts';
import { table } from '../shared/terminal/table.ts';
import { count, counted, span } from '../shared/terminal/words.ts';

/** How messages go out, for somebody at a terminal. */
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

/** "all since 2026-11-26 12:00 UTC by Ada: the provider has trouble". */
export function pauseLine({ target: what, paused_at, paused_by, reason }: MessagePause): string {
  return `${what} since ${paused_at.slice(0, 16).replace('T', ' ')} UTC by ${paused_by}: ${reason}`;
}

/** The pauses that hold, a line each, and what waits for their end. */
export function pausedLines(
  { pauses, paused: held }: Pick<MessageStats, 'pauses' | 'paused'>,
  paint: Paint,
): string[] {
  if (pauses.length === 0) return [];
  return [
    ...pauses.map((pause) => paint.warning(`  paused: ${pauseLine(pause)}`)),
    `  ${counted(held, 'due message')} ${held === 1 ? 'waits' : 'wait'} for the end of a pause`,
  ];
}

function lateness({ late, lag_seconds: lag }: MessageStats, paint: Paint): string {
  return late > 0 ? paint.bad(`${count(late)} late, the latest by ${span(lag)}`) : `lag ${span(lag)}`;
}

function kindLines({ kinds }: MessageStats): string[] {
  if (kinds.length === 0) return ['  Nothing was sent in the last hour, and nothing is due.'];
  const numbers = ['a minute', 'last hour', 'not sent', 'due'].map((title) => ({
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
  if (workers.length === 0) return paint.warning('  no worker has reported in the last half minute');
  const alone = workers.filter(({ delivers_from }) => delivers_from === 'outbox').length;
  const words = counted(workers.length, 'worker');
  return `  ${words}, ${alone === 0 ? 'all told by the queue' : `${alone} of them without the queue`}`;
}
