import { createHash } from 'node:crypto';
import { lengthWithin } from '../../time/intervals.ts';
import type { LocalDay } from '../../time/wall-time.ts';
import type { SegmentOption } from '../segments.ts';
import type { TimeByBarber } from './assignment.ts';

/**
 * Orders the candidates of each segment by booked time on the day, least first, so that "any barber" spreads the load.
 * Ties are broken by a digest of barber and date, so that no barber is always first.
 */
export function leastBookedFirst(
  segments: readonly SegmentOption[],
  time: TimeByBarber,
  day: LocalDay,
): SegmentOption[] {
  const rank = new Map(
    [...time].map(([barberId, { blocked }]) => [
      barberId,
      { bookedMs: lengthWithin(blocked, day.startMs, day.endMs), tiebreaker: digest(barberId, day.date) },
    ]),
  );
  const compare = (left: string, right: string): number => {
    const a = rank.get(left);
    const b = rank.get(right);
    if (a === undefined || b === undefined) return 0;
    return a.bookedMs - b.bookedMs || (a.tiebreaker < b.tiebreaker ? -1 : 1);
  };
  return segments.map((segment) => ({ ...segment, barberIds: [...segment.barberIds].sort(compare) }));
}

function digest(barberId: string, date: string): string {
  return createHash('sha256').update(`${barberId} ${date}`).digest('hex');
}
