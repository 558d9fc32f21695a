/** Records of the tasks that run once per shop and calendar day, in the shop's time zone. */
import { sql } from 'kysely';
import type { ShopRecord } from '../catalog/catalog.ts';
import type { Db, Executor } from '../database/connect.ts';

const retentionDays = 40;
const dayMs = 86_400_000;

export async function isDone(
  executor: Executor,
  task: string,
  shopId: string,
  date: string,
): Promise<boolean> {
  const row = await executor
    .selectFrom('shopDayDone')
    .select('date')
    .where('shopId', '=', shopId)
    .where('task', '=', task)
    .where('date', '=', date)
    .executeTakeFirst();
  return row !== undefined;
}

export async function markDone(
  executor: Executor,
  task: string,
  shopId: string,
  date: string,
): Promise<void> {
  await executor
    .insertInto('shopDayDone')
    .values({ shopId, task, date })
    .onConflict((conflict) => conflict.columns(['shopId', 'task', 'date']).doNothing())
    .execute();
}

/** Iterates over all shops, in batches to limit memory use. */
export async function* everyShop(db: Db): AsyncGenerator<ShopRecord> {
  const batch = 200;
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const shops = await db
      .selectFrom('shop')
      .selectAll()
      .where('id', '>', after)
      .orderBy('id')
      .limit(batch)
      .execute();
    yield* shops;
    const last = shops.at(-1);
    if (shops.length < batch || last === undefined) return;
    after = last.id;
  }
}

/** Deletes records after the retention period. */
export async function deleteOldShopDays(db: Db, nowMs: number): Promise<void> {
  await sql`DELETE FROM shop_day_done WHERE date < ${new Date(nowMs - retentionDays * dayMs)}::date`.execute(
    db,
  );
}
