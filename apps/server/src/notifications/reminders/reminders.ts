import { type QuietHours, quietAt } from '../../time/quiet-hours.ts';
import { before, minuteMs } from '../../time/wall-time.ts';

/** When a shop wants its clients reminded. */
export type ReminderPolicy = QuietHours & {
  /** ISO 8601 durations before the visit. */
  reminders: readonly string[];
};

export type PlannedReminder = {
  /** The duration that it is for. */
  occasion: string;
  dueMs: number;
};

/** Of whoever has heard of the visit just now, nobody needs reminding. */
const announcedAtMs = 30 * minuteMs;
/** What is sent before quiet hours has to be out when they begin, also when the first try fails. */
const outBeforeMs = 10 * minuteMs;

/**
 * The reminders of a visit that starts at `startMs`, for a client who hears of it at `nowMs`, in their order. What would fall
 * into quiet hours is due before them. For what is too late there is no reminder, and of two within half an hour there is
 * the one nearer to the visit.
 */
export function planReminders(policy: ReminderPolicy, startMs: number, nowMs: number): PlannedReminder[] {
  const wanted = policy.reminders
    .map((occasion) => ({ occasion, atMs: before(policy.zone, startMs, occasion) }))
    .sort((a, b) => a.atMs - b.atMs)
    .map(({ occasion, atMs }) => {
      const quiet = quietAt(policy, atMs);
      return { occasion, dueMs: quiet === null ? atMs : quiet.startMs - outBeforeMs };
    });
  return wanted.filter(({ dueMs }, index) => {
    const nextMs = wanted[index + 1]?.dueMs ?? Number.POSITIVE_INFINITY;
    return dueMs >= nowMs + announcedAtMs && nextMs - dueMs >= announcedAtMs;
  });
}
