import type { Clock } from '@bookedbarber/redis-tier/core';
import type { ShopRecord } from '../catalog/catalog.ts';
import type { Db } from '../database/connect.ts';
import { everyShop, isDone, markDone } from '../scheduler/shop-days.ts';
import type { Staff } from '../staff/staff.ts';
import { localDate } from '../time/wall-time.ts';
import type { createDayReader } from './day-reader.ts';
import type { createShopReader } from './shop-reader.ts';

/** So long before it opens a shop's pages and days are read, so that its first visitors find them. */
const aheadMs = 30 * 60_000;
/** Days whose free times are looked at most. */
const days = 14;

const task = 'warm-up';

export type WarmUpOptions = {
  db: Db;
  clock: Clock;
  staff: Staff;
  shopReader: Pick<ReturnType<typeof createShopReader>, 'warm'>;
  dayReader: Pick<ReturnType<typeof createDayReader>, 'warm'>;
};

/**
 * Reads what visitors ask for first into the cache, once a day for each shop, in the half hour before somebody there begins
 * to work. It reads as anybody does: what is there stays, and of what is missing one process loads each. Resolves with how
 * many shops were read.
 */
export async function warmUp(options: WarmUpOptions, signal: AbortSignal): Promise<number> {
  const { db, clock, shopReader, dayReader } = options;
  let warmed = 0;
  for await (const shop of everyShop(db)) {
    signal.throwIfAborted();
    const date = localDate(shop.zone, clock.nowMs());
    if (await isDone(db, task, shop.id, date)) continue;
    const opensMs = await opening(options, shop, date);
    if (opensMs !== null && clock.nowMs() < opensMs - aheadMs) continue;
    if (opensMs !== null && clock.nowMs() < opensMs) {
      await shopReader.warm(shop.slug);
      await dayReader.warm(shop, date, days);
      warmed += 1;
    }
    // Closed today, or open already and its visitors have read it.
    await markDone(db, task, shop.id, date);
  }
  return warmed;
}

/** When the first of its barbers begins; null: nobody works on this day. */
async function opening({ db, staff }: WarmUpOptions, shop: ShopRecord, date: string): Promise<number | null> {
  const barberIds = (await staff.barbers(db, shop.id)).map(({ id }) => id);
  const working = await staff.workingTime(db, { shop, barberIds, from: date, to: date });
  // What began yesterday and goes on over midnight is among them.
  const starts = [...working.values()]
    .flat()
    .map(({ startMs }) => startMs)
    .filter((startMs) => localDate(shop.zone, startMs) === date);
  return starts.length === 0 ? null : Math.min(...starts);
}
