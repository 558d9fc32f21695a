/** Queries of the operator routes for messages. */
import { sql } from 'kysely';
import type { Executor } from '../../database/connect.ts';
import type { MessageState } from '../../database/schema.ts';
import type { Tx } from '../../database/transaction.ts';
import { notifyOutbox } from '../notify.ts';

export type MessageFilter = {
  state: MessageState;
  shopId?: string | undefined;
  kind?: string | undefined;
  limit: number;
  offset: number;
};

/** States from which operators can retry a message. */
const retryable: readonly MessageState[] = ['failed', 'dead', 'unknown'];

/** Messages of one state with their shops, the latest due time first. */
export async function listMessages(
  executor: Executor,
  { state, shopId, kind, limit, offset }: MessageFilter,
) {
  let query = executor
    .selectFrom('outboxMessage as message')
    .innerJoin('shop', 'shop.id', 'message.shopId')
    .selectAll('message')
    .select(['shop.slug as shop', 'shop.zone'])
    .where('message.state', '=', state);
  if (shopId !== undefined) query = query.where('message.shopId', '=', shopId);
  if (kind !== undefined) query = query.where('message.kind', '=', kind);
  const rows = await query
    .orderBy('message.dueAt', 'desc')
    .orderBy('message.id')
    .limit(limit)
    .offset(offset)
    .execute();
  return rows.map((row) => ({
    ...row,
    canRetry: retryable.includes(row.state) && row.supersededAt === null,
  }));
}

/**
 * Retries those messages that are failed, dead or unknown and not superseded, with a new count of attempts. Returns
 * their ids.
 */
export async function retryMessages(tx: Tx, ids: readonly string[], nowMs: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    WITH mine AS (SELECT id FROM outbox_message WHERE id = ANY(${ids}::uuid[]) AND state = ANY(${retryable}::text[])
      AND superseded_at IS NULL ORDER BY id FOR UPDATE)
    UPDATE outbox_message SET state = 'pending', generation = generation + 1, attempts = 0, finished_at = NULL,
      due_at = ${new Date(nowMs)}
    FROM mine WHERE outbox_message.id = mine.id RETURNING outbox_message.id`.execute(tx);
  if (rows.length > 0) await notifyOutbox(tx, 'messages');
  return rows.map(({ id }) => id);
}

/** Recent deliveries of a kind. */
export type KindRate = {
  kind: string;
  sent_last_5_minutes: number;
  sent_last_hour: number;
  failed_last_hour: number;
  waiting: number;
};

/** Messages finished in the last hour and due messages, by kind; kinds without either are omitted. */
export async function ratesByKind(executor: Executor, nowMs: number): Promise<KindRate[]> {
  const ago = (minutes: number) => new Date(nowMs - minutes * 60_000);
  const { rows } = await sql<Record<'kind' | 'recent' | 'sent' | 'failed' | 'waiting', string>>`
    SELECT kind, sum(recent) AS recent, sum(sent) AS sent, sum(failed) AS failed, sum(waiting) AS waiting FROM (
      SELECT kind, count(*) FILTER (WHERE state = 'sent' AND finished_at > ${ago(5)}) AS recent,
        count(*) FILTER (WHERE state = 'sent') AS sent,
        count(*) FILTER (WHERE state IN ('failed', 'dead')) AS failed, 0 AS waiting
      FROM outbox_message WHERE finished_at > ${ago(60)} GROUP BY kind
      UNION ALL
      SELECT kind, 0, 0, 0, count(*) FROM outbox_message
      WHERE state IN ('pending', 'enqueued') AND due_at <= ${new Date(nowMs)} GROUP BY kind
    ) AS parts GROUP BY kind ORDER BY kind`.execute(executor);
  return rows.map(({ kind, recent, sent, failed, waiting }) => ({
    kind,
    sent_last_5_minutes: Number(recent),
    sent_last_hour: Number(sent),
    failed_last_hour: Number(failed),
    waiting: Number(waiting),
  }));
}
