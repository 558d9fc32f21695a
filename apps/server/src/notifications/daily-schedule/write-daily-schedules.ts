import type { Clock } from '@bookedbarber/redis-tier/core';
import type { ShopRecord } from '../../catalog/catalog.ts';
import type { Db } from '../../database/connect.ts';
import { transaction } from '../../database/transaction.ts';
import { notifyOutbox } from '../../outbox/notify.ts';
import { everyShop, isDone, markDone } from '../../scheduler/shop-days.ts';
import { localDate, localDay, wallInstant } from '../../time/wall-time.ts';
import { dailyScheduleKind } from '../message-kinds.ts';

/** Lead before the due time. If a shop changes the time within the lead, the change applies to the next day. */
const aheadMs = 3_600_000;
/** After this delay, daily schedules are not enqueued, because much of the day is over. */
const tooLateMs = 6 * 3_600_000;

/** Enqueues the daily schedules of all barbers, once per shop and day. Resolves with the number of messages. */
export async function enqueueDailySchedules(
  { db, clock }: { db: Db; clock: Clock },
  signal: AbortSignal,
): Promise<number> {
  let enqueued = 0;
  for await (const shop of everyShop(db)) {
    signal.throwIfAborted();
    enqueued += await enqueueForShop(db, shop, clock.nowMs());
  }
  return enqueued;
}

async function enqueueForShop(db: Db, shop: ShopRecord, nowMs: number): Promise<number> {
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

/** A wall-clock time that a clock change skips maps to the moment of the change. */
function dueOn({ zone }: ShopRecord, minute: number, date: string): number {
  return Math.max(wallInstant(zone, date, minute, 'closes'), localDay(zone, date).startMs);
}
