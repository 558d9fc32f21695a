import { createHash } from 'node:crypto';
import { lengthWithin } from '../../time/intervals.ts';
import type { LocalDay } from '../../time/wall-time.ts';
import type { SegmentOption } from '../segments.ts';
import type { TimeByBarber } from './assignment.ts';

/**
 * Orders each segment's barbers so that "any barber" spreads the load: who has the least booked on that day goes first.
 * Equals are ordered by a digest of barber and date, so that it is not always the same one who begins the day.
 */
export function leastBookedFirst(
  segments: readonly SegmentOption[],
  time: TimeByBarber,
  day: LocalDay,
): SegmentOption[] {
  const rank = new Map(
    [...time].map(([barberId, { blocked }]) => [
      barberId,
      { bookedMs: lengthWithin(blocked, day.startMs, day.endMs), draw: draw(barberId, day.date) },
    ]),
  );
  const compare = (left: string, right: string): number => {
    const a = rank.get(left);
    const b = rank.get(right);
    if (a === undefined || b === undefined) return 0;
    return a.bookedMs - b.bookedMs || (a.draw < b.draw ? -1 : 1);
  };
  return segments.map((segment) => ({ ...segment, barberIds: [...segment.barberIds].sort(compare) }));
}

function draw(barberId: string, date: string): string {
  return createHash('sha256').update(`${barberId} ${date}`).digest('hex');
}
