import type { Clock } from '@bookedbarber/redis-tier/core';
import type { ShopRecord } from '../../catalog/catalog.ts';
import type { Db } from '../../database/connect.ts';
import { transaction } from '../../database/transaction.ts';
import { notifyOutbox } from '../../outbox/notify.ts';
import { everyShop, isDone, markDone } from '../../scheduler/shop-days.ts';
import { localDate, localDay, wallInstant } from '../../time/wall-time.ts';
import { dailyScheduleKind } from '../message-kinds.ts';

/** Written so long before they are due: a shop that changes the hour within it gets the next day's at the new one. */
const aheadMs = 3_600_000;
/** Half of the day is over by then: nobody needs the list of it. */
const tooLateMs = 6 * 3_600_000;

/** Writes the messages with which barbers get their day, once a day for each shop. Resolves with how many. */
export async function enqueueDailySchedules(
  { db, clock }: { db: Db; clock: Clock },
  signal: AbortSignal,
): Promise<number> {
  let written = 0;
  for await (const shop of everyShop(db)) {
    signal.throwIfAborted();
    written += await writeForShop(db, shop, clock.nowMs());
  }
  return written;
}

async function writeForShop(db: Db, shop: ShopRecord, nowMs: number): Promise<number> {
  if (shop.dailyScheduleMinute === null) return 0;
  const date = localDate(shop.zone, nowMs);
  const dueMs = dueOn(shop, shop.dailyScheduleMinute, date);
  if (nowMs < dueMs - aheadMs || nowMs > dueMs + tooLateMs) return 0;
  if (await isDone(db, dailyScheduleKind, shop.id, date)) return 0;
  return transaction(db, async (tx) => {
    const barbers = await tx
      .selectFrom('barber')
      .select('id')
      .where('shopId', '=', shop.id)
      .where('active', '=', true)
      .where('email', 'is not', null)
      .execute();
    await markDone(tx, dailyScheduleKind, shop.id, date);
    if (barbers.length === 0) return 0;
    const { numInsertedOrUpdatedRows = 0n } = await tx
      .insertInto('outboxMessage')
      .values(
        barbers.map(({ id }) => ({
          shopId: shop.id,
          barberId: id,
          kind: dailyScheduleKind,
          occasion: date,
          priority: 1,
          dueAt: new Date(dueMs),
          createdAt: new Date(nowMs),
        })),
      )
      .onConflict((conflict) =>
        conflict.columns(['barberId', 'kind', 'occasion']).where('barberId', 'is not', null).doNothing(),
      )
      .executeTakeFirst();
    await notifyOutbox(tx, 'messages');
    return Number(numInsertedOrUpdatedRows);
  });
}

/** A minute of the wall clock that a day leaves out comes when the clock goes on. */
function dueOn({ zone }: ShopRecord, minute: number, date: string): number {
  return Math.max(wallInstant(zone, date, minute, 'closes'), localDay(zone, date).startMs);
}
