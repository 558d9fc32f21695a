import type { Clock } from '@bookedbarber/redis-tier/core';
import type { ShopRecord } from '../catalog/catalog.ts';
import type { Db } from '../database/connect.ts';
import { everyShop, isDone, markDone } from '../scheduler/shop-days.ts';
import type { Staff } from '../staff/staff.ts';
import { localDate } from '../time/wall-time.ts';
import type { createDayReader } from './day-reader.ts';
import type { createShopReader } from './shop-reader.ts';

/** The warm-up starts this long before a shop opens. */
const leadTimeMs = 30 * 60_000;
/** Days to warm up: those whose free times are requested most. */
const warmDays = 14;

const task = 'warm-up';

export type WarmUpOptions = {
  db: Db;
  clock: Clock;
  staff: Staff;
  shopReader: Pick<ReturnType<typeof createShopReader>, 'warm'>;
  dayReader: Pick<ReturnType<typeof createDayReader>, 'warm'>;
};

/**
 * Caches the pages and days that visitors request first, once a day per shop, in the half hour before its first barber
 * starts work. It uses normal cache reads: cached entries stay, and only one process loads a missing entry. Resolves
 * with the number of shops that were warmed up.
 */
export async function warmUp(options: WarmUpOptions, signal: AbortSignal): Promise<number> {
  const { db, clock, shopReader, dayReader } = options;
  let warmed = 0;
  for await (const shop of everyShop(db)) {
    signal.throwIfAborted();
    const date = localDate(shop.zone, clock.nowMs());
    if (await isDone(db, task, shop.id, date)) continue;
    const opensMs = await findOpeningMs(options, shop, date);
    if (opensMs !== null && clock.nowMs() < opensMs - leadTimeMs) continue;
    if (opensMs !== null && clock.nowMs() < opensMs) {
      await shopReader.warm(shop.slug);
      await dayReader.warm(shop, date, warmDays);
      warmed += 1;
    }
    // Also done if the shop is closed today, or is already open and its visitors have filled the cache.
    await markDone(db, task, shop.id, date);
  }
  return warmed;
}

/** When the first barber starts work on `date`; null if no barber does. */
async function findOpeningMs(
  { db, staff }: WarmUpOptions,
  shop: ShopRecord,
  date: string,
): Promise<number | null> {
  const barberIds = (await staff.barbers(db, shop.id)).map(({ id }) => id);
  const working = await staff.workingTime(db, { shop, barberIds, from: date, to: date });
  // Exclude working time that started yesterday and continues past midnight.
  const starts = [...working.values()]
    .flat()
    .map(({ startMs }) => startMs)
    .filter((startMs) => localDate(shop.zone, startMs) === date);
  return starts.length === 0 ? null : Math.min(...starts);
}
