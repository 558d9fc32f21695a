import type { Outcome } from '@bookedbarber/redis-tier/jobs';
import type { BookingRecord } from '../../booking/booking-record.ts';
import type { ShopRecord } from '../../catalog/catalog.ts';
import { addDays } from '../../time/dates.ts';
import { type QuietHours, quietAt } from '../../time/quiet-hours.ts';
import { localDate, wallInstant } from '../../time/wall-time.ts';

/** Wall-clock time of follow-ups, in minutes after midnight. */
const minuteOfNextDay = 600;

/** When to send the follow-up for a no-show that is recorded at `nowMs`: the next day, outside quiet hours. */
export function followUpDueMs(shop: QuietHours, nowMs: number): number {
  const dueMs = wallInstant(shop.zone, addDays(localDate(shop.zone, nowMs), 1), minuteOfNextDay, 'closes');
  return quietAt(shop, dueMs)?.endMs ?? dueMs;
}

/** Why a claimed follow-up must not be sent now; null: send it. */
export function followUpSkipReason({
  booking,
  shop,
  nowMs,
}: {
  booking: Pick<BookingRecord, 'status'>;
  shop: QuietHours & Pick<ShopRecord, 'noShowFollowUp'>;
  nowMs: number;
}): Outcome | null {
  if (booking.status !== 'no_show')
    return { kind: 'skipped', reason: `the booking is now ${booking.status}` };
  if (!shop.noShowFollowUp) return { kind: 'skipped', reason: 'the shop has turned off follow-ups' };
  const quiet = quietAt(shop, nowMs);
  return quiet && { kind: 'postponed', dueMs: quiet.endMs, reason: 'it is within quiet hours' };
}
