import { covers, type Interval, overlaps } from '../../time/intervals.ts';
import { minuteMs } from '../../time/wall-time.ts';
import { type PlacedSegment, placeSegments, type SegmentOption } from '../segments.ts';

/** When one barber works, and when bookings block the barber. Both are sorted lists of intervals. */
export type BarberTime = { working: readonly Interval[]; blocked: readonly Interval[] };
export type TimeByBarber = ReadonlyMap<string, BarberTime>;

/**
 * Assigns a barber to each segment for a start at `startMs`, or returns null. Candidates are tried in order, but the
 * barber of the previous service first, so that the client stays with one barber if possible. Services must lie within
 * working time. Buffers may extend beyond it, but may not overlap other bookings or other services of this booking.
 */
export function assignBarbers(
  segments: readonly SegmentOption[],
  time: TimeByBarber,
  startMs: number,
): PlacedSegment[] | null {
  const services = findCandidates(segments, time, startMs);
  if (services.some((service) => service.barberIds.length === 0)) return null;
  const barberIds = chooseBarbers(services, time);
  return barberIds === null ? null : placeSegments(segments, barberIds, startMs);
}

/**
 * Whether assignBarbers would succeed. Faster for a single service, the common case: one availability request checks
 * every start of up to a month.
 */
export function canAssignBarbers(
  segments: readonly SegmentOption[],
  time: TimeByBarber,
  startMs: number,
): boolean {
  const [segment, second] = segments;
  if (segment === undefined || second !== undefined) return assignBarbers(segments, time, startMs) !== null;
  const endMs = startMs + segment.durationMinutes * minuteMs;
  const fromMs = startMs - segment.bufferBeforeMinutes * minuteMs;
  const untilMs = endMs + segment.bufferAfterMinutes * minuteMs;
  return segment.barberIds.some((id) => {
    const barber = time.get(id);
    return barber !== undefined && covers(barber.working, startMs, endMs) && isFree(barber, fromMs, untilMs);
  });
}

/**
 * A service with its times and the barbers who are free then. Its buffers depend on the barbers of adjacent services.
 */
type Service = {
  startMs: number;
  endMs: number;
  beforeMs: number;
  afterMs: number;
  barberIds: readonly string[];
};

function findCandidates(segments: readonly SegmentOption[], time: TimeByBarber, startMs: number): Service[] {
  let cursorMs = startMs;
  return segments.map((segment) => {
    const serviceStartMs = cursorMs;
    const endMs = serviceStartMs + segment.durationMinutes * minuteMs;
    cursorMs = endMs;
    return {
      startMs: serviceStartMs,
      endMs,
      beforeMs: segment.bufferBeforeMinutes * minuteMs,
      afterMs: segment.bufferAfterMinutes * minuteMs,
      barberIds: segment.barberIds.filter((id) => {
        const barber = time.get(id);
        if (barber === undefined) return false;
        return covers(barber.working, serviceStartMs, endMs) && isFree(barber, serviceStartMs, endMs);
      }),
    };
  });
}

/**
 * Depth-first search in order of preference. Whether the remaining services can be assigned depends only on the last
 * chosen barber and on earlier buffers that still extend into them, which is rare. The search memoizes dead ends by
 * this state, so its cost grows with the square of the number of barbers instead of exponentially with the number of
 * services.
 */
function chooseBarbers(services: readonly Service[], time: TimeByBarber): readonly string[] | null {
  const widestBeforeMs = Math.max(0, ...services.map((service) => service.beforeMs));
  const deadEnds = new Set<string>();

  function extend(chosen: readonly string[], blockedUntil: BlockedUntil): readonly string[] | null {
    const service = services[chosen.length];
    const before = services[chosen.length - 1];
    const previous = chosen.at(-1);
    const previousCanEnd = before === undefined || previous === undefined || canEnd(time, before, previous);
    if (service === undefined) return previousCanEnd ? chosen : null;
    const stillBlocking = [...blockedUntil].filter(
      ([, untilMs]) => untilMs > service.startMs - widestBeforeMs,
    );
    const state = `${chosen.length} ${previous} ${stillBlocking.flat().join(' ')}`;
    if (deadEnds.has(state)) return null;
    for (const barberId of startingWith(previous, service.barberIds)) {
      const stays = barberId === previous;
      if (!stays && !(previousCanEnd && canStart(time, service, barberId, blockedUntil))) continue;
      const after = stays || !before || !previous ? blockedUntil : withEnd(blockedUntil, before, previous);
      const all = extend([...chosen, barberId], after);
      if (all !== null) return all;
    }
    deadEnds.add(state);
    return null;
  }

  return extend([], new Map());
}

/** The time until which earlier services of this booking block each barber, including the buffer after them. */
type BlockedUntil = ReadonlyMap<string, number>;

function withEnd(blockedUntil: BlockedUntil, service: Service, barberId: string): BlockedUntil {
  const untilMs = Math.max(
    service.endMs + service.afterMs,
    blockedUntil.get(barberId) ?? Number.NEGATIVE_INFINITY,
  );
  return new Map([...blockedUntil, [barberId, untilMs]]);
}

function canStart(
  time: TimeByBarber,
  { startMs, beforeMs }: Service,
  barberId: string,
  blockedUntil: BlockedUntil,
): boolean {
  if ((blockedUntil.get(barberId) ?? Number.NEGATIVE_INFINITY) > startMs - beforeMs) return false;
  return beforeMs === 0 || isFree(time.get(barberId), startMs - beforeMs, startMs);
}

function canEnd(time: TimeByBarber, { endMs, afterMs }: Service, barberId: string): boolean {
  return afterMs === 0 || isFree(time.get(barberId), endMs, endMs + afterMs);
}

function isFree(barber: BarberTime | undefined, startMs: number, endMs: number): boolean {
  return barber !== undefined && !overlaps(barber.blocked, startMs, endMs);
}

function startingWith(first: string | undefined, barberIds: readonly string[]): readonly string[] {
  if (first === undefined || !barberIds.includes(first)) return barberIds;
  return [first, ...barberIds.filter((id) => id !== first)];
}
