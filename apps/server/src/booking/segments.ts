import { minuteMs } from '../time/wall-time.ts';

/** One requested service with the barbers who can do it, in order of preference. */
export type SegmentOption = {
  serviceId: string;
  durationMinutes: number;
  bufferBeforeMinutes: number;
  bufferAfterMinutes: number;
  priceCents: number;
  barberIds: readonly string[];
};

/** One service with its barber and its times. The blocked time includes the buffers. */
export type PlacedSegment = {
  serviceId: string;
  barberId: string;
  priceCents: number;
  startMs: number;
  endMs: number;
  blockedStartMs: number;
  blockedEndMs: number;
};

/** Length of the whole booking: services follow each other without a gap. */
export function totalMinutes(segments: readonly SegmentOption[]): number {
  return segments.reduce((sum, segment) => sum + segment.durationMinutes, 0);
}

/**
 * Gives each segment its barber and its times. There is no buffer between consecutive services of the same barber.
 * Throws RangeError if a segment has no barber.
 */
export function placeSegments(
  segments: readonly SegmentOption[],
  barberIds: readonly string[],
  startMs: number,
): PlacedSegment[] {
  let cursorMs = startMs;
  return segments.map((segment, index) => {
    const barberId = barberIds[index];
    if (barberId === undefined) throw new RangeError('Every segment requires a barber');
    const segmentStartMs = cursorMs;
    const endMs = segmentStartMs + segment.durationMinutes * minuteMs;
    cursorMs = endMs;
    const beforeMinutes = barberIds[index - 1] === barberId ? 0 : segment.bufferBeforeMinutes;
    const afterMinutes = barberIds[index + 1] === barberId ? 0 : segment.bufferAfterMinutes;
    return {
      serviceId: segment.serviceId,
      barberId,
      priceCents: segment.priceCents,
      startMs: segmentStartMs,
      endMs,
      blockedStartMs: segmentStartMs - beforeMinutes * minuteMs,
      blockedEndMs: endMs + afterMinutes * minuteMs,
    };
  });
}
