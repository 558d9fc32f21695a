import { sql } from 'kysely';
import type { Executor } from '../../database/connect.ts';

/** Adds a sent message to the shop's usage of the day. `date` is in the shop's time zone. */
export async function countSms(
  executor: Executor,
  shopId: string,
  date: string,
  segments: number,
): Promise<void> {
  await executor
    .insertInto('smsUsage')
    .values({ shopId, date, messages: 1, segments })
    .onConflict((conflict) =>
      conflict.columns(['shopId', 'date']).doUpdateSet({
        messages: sql`sms_usage.messages + 1`,
        segments: sql`sms_usage.segments + excluded.segments`,
      }),
    )
    .execute();
}
