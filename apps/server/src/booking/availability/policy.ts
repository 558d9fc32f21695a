import { problem } from '../../http/problem.ts';
import { addDays } from '../../time/dates.ts';
import { formatInstant, isOnGrid, localDate, localDay, minuteMs, minuteOfDay } from '../../time/wall-time.ts';

/** The rules of a shop that decide which starts it takes. */
export type BookingPolicy = {
  zone: string;
  slotIntervalMinutes: number;
  minNoticeMinutes: number;
  maxAdvanceDays: number;
  sameDayCutoffMinute: number | null;
  changeNoticeMinutes: number;
};

/** The starts that a client may book at `nowMs`: [earliestMs, endMs). Lead time and cut-off are applied here, on reading. */
export function bookableWindow(policy: BookingPolicy, nowMs: number): { earliestMs: number; endMs: number } {
  const today = localDate(policy.zone, nowMs);
  let earliestMs = nowMs + policy.minNoticeMinutes * minuteMs;
  if (isPastCutoff(policy, nowMs)) {
    earliestMs = Math.max(earliestMs, localDay(policy.zone, addDays(today, 1)).startMs);
  }
  return { earliestMs, endMs: localDay(policy.zone, addDays(today, policy.maxAdvanceDays)).endMs };
}

/**
 * Until when `bookableWindow` gives the same starts as at `nowMs`, exclusively. Lead times, cut-offs, the beginnings of
 * days and the starts themselves all lie on whole minutes, so something changes at the beginning of a minute or right
 * after it and never in between.
 */
export function windowHoldsUntilMs(nowMs: number): number {
  const intoMinuteMs = nowMs % minuteMs;
  return intoMinuteMs === 0 ? nowMs + 1 : nowMs - intoMinuteMs + minuteMs;
}

/** Refuses a start that nobody may book: off the grid or in the past. Holds for staff too. */
export function checkStart(policy: BookingPolicy, startMs: number, nowMs: number): void {
  if (!isOnGrid(policy.zone, startMs, policy.slotIntervalMinutes)) {
    throw problem(
      'off_grid',
      `Starts lie on multiples of ${policy.slotIntervalMinutes} minutes of the shop's clock.`,
    );
  }
  if (startMs < nowMs) throw problem('start_in_past');
}

/** Refuses a start that the shop's policy does not give to clients. */
export function checkNotice(policy: BookingPolicy, startMs: number, nowMs: number): void {
  const { earliestMs, endMs } = bookableWindow(policy, nowMs);
  const isToday = localDate(policy.zone, startMs) === localDate(policy.zone, nowMs);
  if (isToday && isPastCutoff(policy, nowMs)) throw problem('same_day_closed');
  if (startMs < earliestMs) {
    throw problem('too_soon', `The earliest start is ${formatInstant(policy.zone, earliestMs)}.`);
  }
  if (startMs >= endMs) {
    throw problem('too_far_ahead', `Bookings are taken up to ${policy.maxAdvanceDays} days ahead.`);
  }
}

/** Until when a client may move or cancel a booking that starts at `startMs`; null once that has passed. */
export function changeDeadline(policy: BookingPolicy, startMs: number, nowMs: number): number | null {
  const deadlineMs = startMs - policy.changeNoticeMinutes * minuteMs;
  return nowMs <= deadlineMs ? deadlineMs : null;
}

function isPastCutoff(policy: BookingPolicy, nowMs: number): boolean {
  return policy.sameDayCutoffMinute !== null && minuteOfDay(policy.zone, nowMs) >= policy.sameDayCutoffMinute;
}
