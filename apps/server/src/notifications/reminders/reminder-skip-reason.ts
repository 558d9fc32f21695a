import type { Outcome } from '@bookedbarber/redis-tier/jobs';
import type { BookingRecord } from '../../booking/booking-record.ts';
import { quietAt } from '../../time/quiet-hours.ts';
import type { ReminderPolicy } from './reminders.ts';

/**
 * Why a claimed reminder must not be sent now; null: send it. Reminders are planned outside quiet hours. One that is
 * late, for example after an outage, waits for the end of quiet hours and is skipped once the appointment has
 * started.
 */
export function reminderSkipReason(
  { occasion }: { occasion: string },
  { booking, shop, nowMs }: { booking: BookingRecord; shop: ReminderPolicy; nowMs: number },
): Outcome | null {
  const startMs = booking.startsAt.getTime();
  if (booking.status !== 'confirmed')
    return { kind: 'skipped', reason: `the booking is now ${booking.status}` };
  if (!shop.reminders.includes(occasion))
    return { kind: 'skipped', reason: 'the shop no longer sends this reminder' };
  if (startMs <= nowMs) return { kind: 'skipped', reason: 'the appointment has started' };
  const quiet = quietAt(shop, nowMs);
  if (quiet === null) return null;
  if (quiet.endMs >= startMs) return { kind: 'skipped', reason: 'the appointment starts within quiet hours' };
  return { kind: 'postponed', dueMs: quiet.endMs, reason: 'it is within quiet hours' };
}
