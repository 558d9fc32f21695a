import { gridInstants, type LocalDay } from '../../time/wall-time.ts';
import type { SegmentOption } from '../segments.ts';
import { canAssignBarbers, type TimeByBarber } from './assignment.ts';

/** The grid starts of one day, within [earliestMs, endMs), at which barbers are available for all segments. */
export function freeStarts(
  day: LocalDay,
  slotIntervalMinutes: number,
  window: { earliestMs: number; endMs: number },
  segments: readonly SegmentOption[],
  time: TimeByBarber,
): number[] {
  if (day.endMs <= window.earliestMs || day.startMs >= window.endMs) return [];
  return gridInstants(day, slotIntervalMinutes).filter(
    (startMs) =>
      startMs >= window.earliestMs && startMs < window.endMs && canAssignBarbers(segments, time, startMs),
  );
}
