import type { Outcome } from '@bookedbarber/redis-tier/jobs';
import type { BookingRecord } from '../../booking/booking-record.ts';
import { quietAt } from '../../time/quiet-hours.ts';
import type { ReminderPolicy } from './reminders.ts';

/**
 * Why a claimed reminder is not sent now; null: nothing keeps it. It was planned outside of quiet hours; one that is late,
 * because a server was away for instance, waits for their end, and nobody is reminded of a visit that has begun.
 */
export function reminderSkipReason(
  { occasion }: { occasion: string },
  { booking, shop, nowMs }: { booking: BookingRecord; shop: ReminderPolicy; nowMs: number },
): Outcome | null {
  const startMs = booking.startsAt.getTime();
  if (booking.status !== 'confirmed')
    return { kind: 'skipped', reason: `the booking is ${booking.status} by now` };
  if (!shop.reminders.includes(occasion))
    return { kind: 'skipped', reason: 'the shop does not remind at this time any more' };
  if (startMs <= nowMs) return { kind: 'skipped', reason: 'the visit has begun' };
  const quiet = quietAt(shop, nowMs);
  if (quiet === null) return null;
  if (quiet.endMs >= startMs) return { kind: 'skipped', reason: 'the visit begins in the quiet hours' };
  return { kind: 'postponed', dueMs: quiet.endMs, reason: 'it would come in the quiet hours' };
}
