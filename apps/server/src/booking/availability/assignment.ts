import { covers, type Interval, overlaps } from '../../time/intervals.ts';
import { minuteMs } from '../../time/wall-time.ts';
import { type PlacedSegment, placeSegments, type SegmentOption } from '../segments.ts';

/** When one barber works and when visits block them. Both are sorted lists of intervals. */
export type BarberTime = { working: readonly Interval[]; blocked: readonly Interval[] };
export type TimeByBarber = ReadonlyMap<string, BarberTime>;

/**
 * Finds barbers who can do the visit at `startMs`, or null. The first of each segment's barbers that fits is taken,
 * except that the barber of the service before goes first: nobody changes chairs without need. The services lie in
 * working time; the buffers may reach beyond it, but into no other visit nor into this one's own.
 */
export function assignBarbers(
  segments: readonly SegmentOption[],
  time: TimeByBarber,
  startMs: number,
): PlacedSegment[] | null {
  const services = whoCouldServe(segments, time, startMs);
  if (services.some((service) => service.barberIds.length === 0)) return null;
  const barberIds = choose(services, time);
  return barberIds === null ? null : placeSegments(segments, barberIds, startMs);
}

/**
 * Whether somebody can do the visit at `startMs`: as assignBarbers finds out, without saying who. Most visits are one
 * service, and a month of starts is asked for at once.
 */
export function canBeDone(segments: readonly SegmentOption[], time: TimeByBarber, startMs: number): boolean {
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

/** A service on the clock with those who are free while it lasts. Its buffers depend on who does its neighbors. */
type Service = {
  startMs: number;
  endMs: number;
  beforeMs: number;
  afterMs: number;
  barberIds: readonly string[];
};

function whoCouldServe(segments: readonly SegmentOption[], time: TimeByBarber, startMs: number): Service[] {
  let cursorMs = startMs;
  return segments.map((segment) => {
    const begin = cursorMs;
    const end = begin + segment.durationMinutes * minuteMs;
    cursorMs = end;
    return {
      startMs: begin,
      endMs: end,
      beforeMs: segment.bufferBeforeMinutes * minuteMs,
      afterMs: segment.bufferAfterMinutes * minuteMs,
      barberIds: segment.barberIds.filter((id) => {
        const barber = time.get(id);
        return barber !== undefined && covers(barber.working, begin, end) && isFree(barber, begin, end);
      }),
    };
  });
}

/**
 * Depth first, in order of preference. What can follow a choice depends on that choice and on earlier buffers that still
 * reach into what follows, seldom any; so a dead end is remembered by these, and the work grows with the number of
 * barbers squared, not to the power of the number of services.
 */
function choose(services: readonly Service[], time: TimeByBarber): readonly string[] | null {
  const widestBeforeMs = Math.max(0, ...services.map((service) => service.beforeMs));
  const deadEnds = new Set<string>();

  function extend(chosen: readonly string[], blockedUntil: BlockedUntil): readonly string[] | null {
    const service = services[chosen.length];
    const before = services[chosen.length - 1];
    const previous = chosen.at(-1);
    const previousCanEnd = before === undefined || previous === undefined || canEnd(time, before, previous);
    if (service === undefined) return previousCanEnd ? chosen : null;
    const reaching = [...blockedUntil].filter(([, untilMs]) => untilMs > service.startMs - widestBeforeMs);
    const situation = `${chosen.length} ${previous} ${reaching.flat().join(' ')}`;
    if (deadEnds.has(situation)) return null;
    for (const barberId of preferring(previous, service.barberIds)) {
      const stays = barberId === previous;
      if (!stays && !(previousCanEnd && canBegin(time, service, barberId, blockedUntil))) continue;
      const after = stays || !before || !previous ? blockedUntil : withEnd(blockedUntil, before, previous);
      const all = extend([...chosen, barberId], after);
      if (all !== null) return all;
    }
    deadEnds.add(situation);
    return null;
  }

  return extend([], new Map());
}

/** Until when earlier services of this visit block their barbers, after-buffers included. */
type BlockedUntil = ReadonlyMap<string, number>;

function withEnd(blockedUntil: BlockedUntil, service: Service, barberId: string): BlockedUntil {
  const untilMs = Math.max(
    service.endMs + service.afterMs,
    blockedUntil.get(barberId) ?? Number.NEGATIVE_INFINITY,
  );
  return new Map([...blockedUntil, [barberId, untilMs]]);
}

function canBegin(
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

function preferring(first: string | undefined, barberIds: readonly string[]): readonly string[] {
  if (first === undefined || !barberIds.includes(first)) return barberIds;
  return [first, ...barberIds.filter((id) => id !== first)];
}
