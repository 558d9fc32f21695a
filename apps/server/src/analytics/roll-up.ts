import type { Clock } from '@bookedbarber/redis-tier/core';
import type { ShopRecord } from '../catalog/catalog.ts';
import type { Db } from '../database/connect.ts';
import { transaction } from '../database/transaction.ts';
import { everyShop, isDone, markDone } from '../scheduler/shop-days.ts';
import { addDays, dateRange } from '../time/dates.ts';
import { localDate } from '../time/wall-time.ts';
import { rolledDates, rollUp } from './rolled-days.ts';

/** So many days before today are kept rolled up: the longest report and a month. */
const retentionDays = 396;
/** Days of one transaction, so that nobody who changes the book waits for long. */
const step = 31;

const task = 'roll-up';

/**
 * Rolls up what is over of each shop's book, once in its night, and what a change has removed since. Resolves with how many
 * days of shops were rolled up.
 */
export async function rollUpDays(
  { db, clock }: { db: Db; clock: Clock },
  signal: AbortSignal,
): Promise<number> {
  let days = 0;
  for await (const shop of everyShop(db)) {
    const today = localDate(shop.zone, clock.nowMs());
    if (await isDone(db, task, shop.id, today)) continue;
    days += await rollUpShop(db, shop, today, signal);
    await markDone(db, task, shop.id, today);
  }
  return days;
}

async function rollUpShop(db: Db, shop: ShopRecord, today: string, signal: AbortSignal): Promise<number> {
  const dates = dateRange(addDays(today, -retentionDays), retentionDays);
  const known = await rolledDates(db, shop.id, dates);
  const missing = dates.filter((date) => !known.has(date));
  for (let first = 0; first < missing.length; first += step) {
    signal.throwIfAborted();
    await transaction(db, (tx) => rollUp(tx, shop, missing.slice(first, first + step)));
  }
  return missing.length;
}
