import { covers, type Interval, overlaps } from '../time/intervals.ts';
import { type PlacedSegment, placeSegments, type SegmentOption } from './visit.ts';

/** When one barber works and when visits block them. Both are sorted lists of intervals. */
export type BarberTime = { working: readonly Interval[]; blocked: readonly Interval[] };
export type TimeByBarber = ReadonlyMap<string, BarberTime>;

/**
 * Finds barbers who can do the visit at `startMs`, or null. The first of each segment's barbers that fits is taken,
 * except that the barber of the service before goes first: nobody changes chairs without need.
 */
export function assignBarbers(
  segments: readonly SegmentOption[],
  time: TimeByBarber,
  startMs: number,
): PlacedSegment[] | null {
  return extend(segments, time, startMs, []);
}

function extend(
  segments: readonly SegmentOption[],
  time: TimeByBarber,
  startMs: number,
  chosen: readonly string[],
): PlacedSegment[] | null {
  const next = segments[chosen.length];
  if (next === undefined) {
    const placed = placeSegments(segments, chosen, startMs);
    return fits(placed, time) ? placed : null;
  }
  const previous = chosen.at(-1);
  for (const barberId of preferring(previous, next.barberIds)) {
    const withBarber = [...chosen, barberId];
    if (!couldWork(segments, withBarber, time, startMs)) continue;
    const placed = extend(segments, time, startMs, withBarber);
    if (placed !== null) return placed;
  }
  return null;
}

function preferring(first: string | undefined, barberIds: readonly string[]): readonly string[] {
  if (first === undefined || !barberIds.includes(first)) return barberIds;
  return [first, ...barberIds.filter((id) => id !== first)];
}

/** Cheap test of the newest choice, without buffers, which depend on the choice after it. */
function couldWork(
  segments: readonly SegmentOption[],
  chosen: readonly string[],
  time: TimeByBarber,
  startMs: number,
): boolean {
  const newest = placeSegments(segments.slice(0, chosen.length), chosen, startMs).at(-1);
  const barber = newest && time.get(newest.barberId);
  if (newest === undefined || barber === undefined) return false;
  return (
    covers(barber.working, newest.startMs, newest.endMs) &&
    !overlaps(barber.blocked, newest.startMs, newest.endMs)
  );
}

/** The services lie in working time; the buffers may reach beyond it, but into no other visit nor into this one's own. */
function fits(placed: readonly PlacedSegment[], time: TimeByBarber): boolean {
  return placed.every((segment, index) => {
    const barber = time.get(segment.barberId);
    if (barber === undefined) return false;
    const clashesWithOwn = placed
      .slice(0, index)
      .some(
        (earlier) =>
          earlier.barberId === segment.barberId &&
          earlier.blockedEndMs > segment.blockedStartMs &&
          earlier.blockedStartMs < segment.blockedEndMs,
      );
    return (
      !clashesWithOwn &&
      covers(barber.working, segment.startMs, segment.endMs) &&
      !overlaps(barber.blocked, segment.blockedStartMs, segment.blockedEndMs)
    );
  });
}
