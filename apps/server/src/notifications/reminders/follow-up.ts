import type { Outcome } from '@bookedbarber/redis-tier/jobs';
import type { BookingRecord } from '../../booking/booking-record.ts';
import type { ShopRecord } from '../../catalog/catalog.ts';
import { addDays } from '../../time/dates.ts';
import { type QuietHours, quietAt } from '../../time/quiet-hours.ts';
import { localDate, wallInstant } from '../../time/wall-time.ts';

/** The hour of the next day at which who did not come is asked back: minutes of the wall clock. */
const minuteOfNextDay = 600;

/** When to ask somebody back who was noted at `nowMs` not to have come: on the next day, outside of quiet hours. */
export function followUpDueMs(shop: QuietHours, nowMs: number): number {
  const dueMs = wallInstant(shop.zone, addDays(localDate(shop.zone, nowMs), 1), minuteOfNextDay, 'closes');
  return quietAt(shop, dueMs)?.endMs ?? dueMs;
}

/** Why a claimed follow-up is not sent now; null: nothing keeps it. */
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
    return { kind: 'skipped', reason: `the booking is ${booking.status} by now` };
  if (!shop.noShowFollowUp) return { kind: 'skipped', reason: 'the shop does not ask people back any more' };
  const quiet = quietAt(shop, nowMs);
  return quiet && { kind: 'postponed', dueMs: quiet.endMs, reason: 'it would come in the quiet hours' };
}
