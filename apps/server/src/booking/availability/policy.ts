import { problem } from '../../http/problem.ts';
import { addDays } from '../../time/dates.ts';
import { formatInstant, isOnGrid, localDate, localDay, minuteMs, minuteOfDay } from '../../time/wall-time.ts';

/** The rules of a shop that determine which starts can be booked. */
export type BookingPolicy = {
  zone: string;
  slotIntervalMinutes: number;
  minNoticeMinutes: number;
  maxAdvanceDays: number;
  sameDayCutoffMinute: number | null;
  changeNoticeMinutes: number;
};

/**
 * The starts that a client may book at `nowMs`: [earliestMs, endMs). Applies the minimum notice and same-day cutoff.
 */
export function bookableWindow(policy: BookingPolicy, nowMs: number): { earliestMs: number; endMs: number } {
  const today = localDate(policy.zone, nowMs);
  let earliestMs = nowMs + policy.minNoticeMinutes * minuteMs;
  if (isPastCutoff(policy, nowMs)) {
    earliestMs = Math.max(earliestMs, localDay(policy.zone, addDays(today, 1)).startMs);
  }
  return { earliestMs, endMs: localDay(policy.zone, addDays(today, policy.maxAdvanceDays)).endMs };
}

/**
 * The time, exclusive, until which `bookableWindow` allows the same starts as at `nowMs`. Notices, cutoffs, starts of
 * days and slots all lie on whole minutes, so the result can change only at a full minute or 1 ms after it.
 */
export function windowValidUntilMs(nowMs: number): number {
  const intoMinuteMs = nowMs % minuteMs;
  return intoMinuteMs === 0 ? nowMs + 1 : nowMs - intoMinuteMs + minuteMs;
}

/** Rejects a start that is off the grid or in the past. Applies to guests and staff. Throws off_grid, start_in_past. */
export function checkStart(policy: BookingPolicy, startMs: number, nowMs: number): void {
  if (!isOnGrid(policy.zone, startMs, policy.slotIntervalMinutes)) {
    throw problem(
      'off_grid',
      `Choose a start at a multiple of ${policy.slotIntervalMinutes} minutes after midnight in the shop's time zone.`,
    );
  }
  if (startMs < nowMs) throw problem('start_in_past');
}

/** Rejects a start outside the window for clients. Throws same_day_closed, too_soon, too_far_ahead. */
export function checkNotice(policy: BookingPolicy, startMs: number, nowMs: number): void {
  const { earliestMs, endMs } = bookableWindow(policy, nowMs);
  const isToday = localDate(policy.zone, startMs) === localDate(policy.zone, nowMs);
  if (isToday && isPastCutoff(policy, nowMs)) throw problem('same_day_closed');
  if (startMs < earliestMs) {
    throw problem('too_soon', `The earliest start is ${formatInstant(policy.zone, earliestMs)}.`);
  }
  if (startMs >= endMs) {
    throw problem('too_far_ahead', `The shop accepts bookings up to ${policy.maxAdvanceDays} days ahead.`);
  }
}

/** The time until which a client may reschedule or cancel a booking that starts at `startMs`; null if it has passed. */
export function changeDeadline(policy: BookingPolicy, startMs: number, nowMs: number): number | null {
  const deadlineMs = startMs - policy.changeNoticeMinutes * minuteMs;
  return nowMs <= deadlineMs ? deadlineMs : null;
}

function isPastCutoff(policy: BookingPolicy, nowMs: number): boolean {
  return policy.sameDayCutoffMinute !== null && minuteOfDay(policy.zone, nowMs) >= policy.sameDayCutoffMinute;
}
