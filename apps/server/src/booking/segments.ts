import { minuteMs } from '../time/wall-time.ts';

/** One service of a visit as asked for, with the barbers who could do it, in order of preference. */
export type SegmentOption = {
  serviceId: string;
  durationMinutes: number;
  bufferBeforeMinutes: number;
  bufferAfterMinutes: number;
  priceCents: number;
  barberIds: readonly string[];
};

/** One service of a visit with its barber and its times. Blocked is the time with buffers, closed to other visits. */
export type PlacedSegment = {
  serviceId: string;
  barberId: string;
  priceCents: number;
  startMs: number;
  endMs: number;
  blockedStartMs: number;
  blockedEndMs: number;
};

/** Length of the whole visit: services follow each other without a gap. */
export function totalMinutes(segments: readonly SegmentOption[]): number {
  return segments.reduce((sum, segment) => sum + segment.durationMinutes, 0);
}

/**
 * Puts the chosen barbers on the clock. Between two services that the same barber does one after the other there is no
 * buffer: the chair is not cleared in between.
 */
export function placeSegments(
  segments: readonly SegmentOption[],
  barberIds: readonly string[],
  startMs: number,
): PlacedSegment[] {
  let cursorMs = startMs;
  return segments.map((segment, index) => {
    const barberId = barberIds[index];
    if (barberId === undefined) throw new RangeError('Every segment needs a barber');
    const begin = cursorMs;
    const end = begin + segment.durationMinutes * minuteMs;
    cursorMs = end;
    const before = barberIds[index - 1] === barberId ? 0 : segment.bufferBeforeMinutes;
    const after = barberIds[index + 1] === barberId ? 0 : segment.bufferAfterMinutes;
    return {
      serviceId: segment.serviceId,
      barberId,
      priceCents: segment.priceCents,
      startMs: begin,
      endMs: end,
      blockedStartMs: begin - before * minuteMs,
      blockedEndMs: end + after * minuteMs,
    };
  });
}
