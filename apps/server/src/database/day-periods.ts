import type { DayPeriod } from '@bookedbarber/contract';
import { problem } from '../http/problem.ts';

/**
 * Converts periods of a day to a PostgreSQL int4multirange. Throws invalid_request when one is empty or two overlap.
 */
export function toMultirange(periods: readonly DayPeriod[]): string {
  const sorted = [...periods].sort((a, b) => a.starts_minute - b.starts_minute);
  for (const [index, period] of sorted.entries()) {
    const previous = sorted[index - 1];
    if (period.ends_minute <= period.starts_minute) {
      throw problem(
        'invalid_request',
        `The period from minute ${period.starts_minute} does not end after its start.`,
      );
    }
    if (period.starts_minute >= 1440) {
      throw problem('invalid_request', 'A period must start on its own day, before minute 1440.');
    }
    if (previous !== undefined && period.starts_minute < previous.ends_minute) {
      throw problem('invalid_request', 'Two periods of one day overlap.');
    }
  }
  return `{${sorted.map((period) => `[${period.starts_minute},${period.ends_minute})`).join(',')}}`;
}

/** Reverses toMultirange. Reads the canonical text that PostgreSQL prints, such as {[540,720),[780,1080)}. */
export function fromMultirange(text: string): DayPeriod[] {
  return [...text.matchAll(/\[(\d+),(\d+)\)/g)].map(([, starts, ends]) => ({
    starts_minute: Number(starts),
    ends_minute: Number(ends),
  }));
}
