import { type QuietHours, quietAt } from '../../time/quiet-hours.ts';
import { before, minuteMs } from '../../time/wall-time.ts';

/** When a shop reminds its clients. */
export type ReminderPolicy = QuietHours & {
  /** ISO 8601 durations before the appointment. */
  reminders: readonly string[];
};

export type PlannedReminder = {
  /** The duration before the appointment, as in the policy. */
  occasion: string;
  dueMs: number;
};

/** Minimum time between two messages about an appointment, the confirmation included. */
const minGapMs = 30 * minuteMs;
/** Lead before quiet hours, so that a retry still precedes them if the first attempt fails. */
const quietLeadMs = 10 * minuteMs;

/**
 * Plans the reminders of an appointment that starts at `startMs` and is booked or changed at `nowMs`, in
 * chronological order. Reminders that would fall into quiet hours are due before them. Reminders that would be due
 * within half an hour of the booking are omitted, and of two within half an hour only the one nearer to the
 * appointment remains.
 */
export function planReminders(policy: ReminderPolicy, startMs: number, nowMs: number): PlannedReminder[] {
  const candidates = policy.reminders
    .map((occasion) => ({ occasion, atMs: before(policy.zone, startMs, occasion) }))
    .sort((a, b) => a.atMs - b.atMs)
    .map(({ occasion, atMs }) => {
      const quiet = quietAt(policy, atMs);
      return { occasion, dueMs: quiet === null ? atMs : quiet.startMs - quietLeadMs };
    });
  return candidates.filter(({ dueMs }, index) => {
    const nextMs = candidates[index + 1]?.dueMs ?? Number.POSITIVE_INFINITY;
    return dueMs >= nowMs + minGapMs && nextMs - dueMs >= minGapMs;
  });
}
