import type { Clock } from '@bookedbarber/redis-tier/core';
import type { ShopRecord } from '../catalog/catalog.ts';
import type { Db } from '../database/connect.ts';
import { transaction } from '../database/transaction.ts';
import { everyShop, isDone, markDone } from '../scheduler/shop-days.ts';
import { addDays, dateRange } from '../time/dates.ts';
import { localDate } from '../time/wall-time.ts';
import { rolledDates, rollUp } from './rolled-days.ts';

/** Days before today to roll up: the longest report plus a month. */
const retentionDays = 396;
/** Limits how long a transaction holds the lock that booking changes wait for. */
const daysPerTransaction = 31;

const task = 'roll-up';

/**
 * Rolls up the past days of each shop once per local day, including days whose figures a change has deleted since.
 * Resolves with the number of days over all shops.
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
  const existing = await rolledDates(db, shop.id, dates);
  const missing = dates.filter((date) => !existing.has(date));
  for (let first = 0; first < missing.length; first += daysPerTransaction) {
    signal.throwIfAborted();
    await transaction(db, (tx) => rollUp(tx, shop, missing.slice(first, first + daysPerTransaction)));
  }
  return missing.length;
}
