import type { Executor } from '../../database/connect.ts';

/** Whether this number has opted out of text messages. */
export async function isOptedOut(executor: Executor, phone: string): Promise<boolean> {
  const row = await executor
    .selectFrom('smsOptOut')
    .select('phone')
    .where('phone', '=', phone)
    .executeTakeFirst();
  return row !== undefined;
}

/** Records an opt-out. Idempotent. */
export async function optOut(executor: Executor, phone: string, nowMs: number): Promise<void> {
  await executor
    .insertInto('smsOptOut')
    .values({ phone, optedOutAt: new Date(nowMs) })
    .onConflict((conflict) => conflict.column('phone').doNothing())
    .execute();
}

/** Removes an opt-out. Idempotent. */
export async function optIn(executor: Executor, phone: string): Promise<void> {
  await executor.deleteFrom('smsOptOut').where('phone', '=', phone).execute();
}
