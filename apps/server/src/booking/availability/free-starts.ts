import { gridInstants, type LocalDay } from '../../time/wall-time.ts';
import type { SegmentOption } from '../segments.ts';
import { canBeDone, type TimeByBarber } from './assignment.ts';

/** The starts within one day, and within [earliestMs, endMs), at which somebody can do the whole visit. */
export function freeStarts(
  day: LocalDay,
  slotIntervalMinutes: number,
  window: { earliestMs: number; endMs: number },
  segments: readonly SegmentOption[],
  time: TimeByBarber,
): number[] {
  if (day.endMs <= window.earliestMs || day.startMs >= window.endMs) return [];
  return gridInstants(day, slotIntervalMinutes).filter(
    (startMs) => startMs >= window.earliestMs && startMs < window.endMs && canBeDone(segments, time, startMs),
  );
}
