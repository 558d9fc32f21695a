import { type RawBuilder, sql } from 'kysely';
import { notAllPaused, notPaused } from './pauses.ts';

/** Whether no earlier message about the same booking is still being sent. */
export const notBehindAnother = sql<boolean>`NOT EXISTS (SELECT FROM outbox_message AS earlier
  WHERE earlier.id = outbox_message.follows AND earlier.state = 'sending')`;

export type FairOrderQuery = {
  /** Further condition on the pending and enqueued messages. */
  state: RawBuilder<boolean>;
  dueBeforeMs: number;
  /** Maximum messages. There can be fewer even if more are due, when some shops have less than their share. */
  limit: number;
  /** Omits messages of low priority. */
  urgentOnly?: boolean;
};

/**
 * The CTE `in_turn` (id, generation, due_at, priority, turn): due messages in fair order. Urgent messages come before
 * those of low priority; within a priority, the oldest message of every shop comes first, then the second of every
 * shop. Messages that are being sent count as turns of their shop, so a shop with thousands of messages does not
 * delay other shops. The cost depends on `limit` and on the number of shops with waiting messages, not on the number
 * of messages: the query skips through the index from shop to shop. Paused messages are omitted.
 */
export function fairOrder({
  state,
  dueBeforeMs,
  limit,
  urgentOnly = false,
}: FairOrderQuery): RawBuilder<unknown> {
  const dueBefore = new Date(dueBeforeMs);
  const waits = sql`state IN ('pending', 'enqueued')`;
  return sql`RECURSIVE queue (priority, shop_id, oldest) AS (
      (SELECT priority, shop_id, due_at FROM outbox_message WHERE ${waits} AND ${notAllPaused}
        ORDER BY priority, shop_id, due_at LIMIT 1)
      UNION ALL
      SELECT next.* FROM queue CROSS JOIN LATERAL (
        SELECT priority, shop_id, due_at FROM outbox_message AS other
        WHERE ${waits} AND (other.priority, other.shop_id) > (queue.priority, queue.shop_id)
        ORDER BY priority, shop_id, due_at LIMIT 1) AS next
      ${urgentOnly ? sql`WHERE next.priority = 0` : sql``}
    ), busy AS (
      SELECT shop_id, count(*) AS turns FROM outbox_message WHERE state = 'sending' GROUP BY shop_id
    ), in_turn AS (
      SELECT mine.*, queue.priority, coalesce(busy.turns, 0)
        + row_number() OVER (PARTITION BY queue.priority, shop_id ORDER BY mine.due_at) AS turn
      FROM queue LEFT JOIN busy USING (shop_id) CROSS JOIN LATERAL (
        SELECT id, generation, due_at FROM outbox_message
        WHERE ${state} AND ${waits} AND priority = queue.priority AND outbox_message.shop_id = queue.shop_id
          AND due_at <= ${dueBefore} AND ${notBehindAnother} AND ${notPaused}
        ORDER BY due_at
        LIMIT (SELECT ceil(${limit}::numeric / count(*)) FROM queue WHERE oldest <= ${dueBefore})) AS mine
      WHERE queue.oldest <= ${dueBefore} ${urgentOnly ? sql`AND queue.priority = 0` : sql``}
      ORDER BY queue.priority, turn, mine.due_at LIMIT ${limit}
    )`;
}
