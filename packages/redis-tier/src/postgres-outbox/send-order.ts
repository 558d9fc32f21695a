/** Whether a message waits to be claimed. */
export const isWaiting = "state IN ('pending', 'enqueued')";

/** Whether the message that `message` follows is not being sent. */
export function notBehindAnother(table: string): string {
  return `NOT EXISTS (SELECT FROM ${table} AS earlier
    WHERE earlier.id = message.follows AND earlier.state = 'sending')`;
}

/**
 * The CTE `in_turn` (id, generation, due_at, priority, turn): messages that are due at $1 in fair order, at most $2.
 * There can be fewer even if more are due, when some tenants have less than their share.
 *
 * Urgent messages come before those of low priority; within a priority, the oldest message of every tenant comes
 * first, then the second of every tenant. Messages that are being sent count as turns of their tenant, so a tenant with
 * thousands of messages does not delay the others. The cost depends on the limit and on the number of tenants with
 * waiting messages, not on the number of messages: the query skips through the index from tenant to tenant.
 */
export function fairOrder(
  table: string,
  { pendingOnly = false, urgentOnly = false }: { pendingOnly?: boolean; urgentOnly?: boolean } = {},
): string {
  return `RECURSIVE queue (priority, tenant, oldest) AS (
      (SELECT priority, tenant, due_at FROM ${table} WHERE ${isWaiting}
        ORDER BY priority, tenant, due_at LIMIT 1)
      UNION ALL
      SELECT next.* FROM queue CROSS JOIN LATERAL (
        SELECT priority, tenant, due_at FROM ${table} AS other
        WHERE ${isWaiting} AND (other.priority, other.tenant) > (queue.priority, queue.tenant)
        ORDER BY priority, tenant, due_at LIMIT 1) AS next
      ${urgentOnly ? 'WHERE next.priority = 0' : ''}
    ), busy AS (
      SELECT tenant, count(*) AS turns FROM ${table} WHERE state = 'sending' GROUP BY tenant
    ), in_turn AS (
      SELECT mine.*, queue.priority, coalesce(busy.turns, 0)
        + row_number() OVER (PARTITION BY queue.priority, tenant ORDER BY mine.due_at) AS turn
      FROM queue LEFT JOIN busy USING (tenant) CROSS JOIN LATERAL (
        SELECT message.id, message.generation, message.due_at FROM ${table} AS message
        WHERE ${pendingOnly ? "state = 'pending'" : isWaiting}
          AND message.priority = queue.priority AND message.tenant = queue.tenant
          AND message.due_at <= $1::timestamptz AND ${notBehindAnother(table)}
        ORDER BY message.due_at
        LIMIT (SELECT ceil($2::bigint::numeric / count(*)) FROM queue WHERE oldest <= $1::timestamptz)) AS mine
      WHERE queue.oldest <= $1::timestamptz ${urgentOnly ? 'AND queue.priority = 0' : ''}
      ORDER BY queue.priority, turn, mine.due_at LIMIT $2::bigint
    )`;
}
