import type { ShopRecord } from '../catalog/catalog.ts';
import type { Executor } from '../database/connect.ts';
import { problem } from '../http/problem.ts';
import type { Staff } from '../staff/staff.ts';
import { covers } from '../time/intervals.ts';
import { localDate } from '../time/wall-time.ts';
import type { BookingRecord } from './booking-record.ts';

/**
 * Checks that the barbers of a hold still work at its time: time off or an override may have been entered since. Throws
 * slot_taken.
 */
export async function requireWorkingTime(
  executor: Executor,
  staff: Staff,
  shop: ShopRecord,
  { segments, startsAt, endsAt }: BookingRecord,
): Promise<void> {
  const working = await staff.workingTime(executor, {
    shop,
    barberIds: segments.map(({ barberId }) => barberId),
    from: localDate(shop.zone, startsAt.getTime()),
    to: localDate(shop.zone, endsAt.getTime()),
  });
  const work = segments.every(({ barberId, startMs, endMs }) =>
    covers(working.get(barberId) ?? [], startMs, endMs),
  );
  if (!work) throw problem('slot_taken');
}
