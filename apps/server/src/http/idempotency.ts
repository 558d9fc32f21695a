import { createHash } from 'node:crypto';
import { idempotencyKeyHeader, idempotencyReplayedHeader } from '@bookedbarber/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sql } from 'kysely';
import { type Tx, transaction } from '../database/transaction.ts';
import type { Context } from '../main/context.ts';
import { problem } from './problem.ts';

/** How long an answer is kept for the same request sent again. */
export const idempotencyRetentionHours = 24;

export type StoredResponse<T> = { status: number; body: T };

/**
 * Does the work of a POST once for its Idempotency-Key. The key's record, the answer and the work are one transaction: a
 * request sent again while the first is under way waits for it and gets its answer; a refusal leaves no record, so a
 * mended request may use the key again. Throws idempotency_key_missing, idempotency_key_reused, and what `work` throws.
 *
 * What the answer must not keep, such as tokens, is added by the caller afterwards.
 */
export async function once<T>(
  { db, clock }: Pick<Context, 'db' | 'clock'>,
  request: FastifyRequest,
  reply: FastifyReply,
  work: (tx: Tx) => Promise<StoredResponse<T>>,
): Promise<T> {
  const record = { scope: `${request.method} ${request.url.split('?')[0]}`, key: keyOf(request) };
  const digest = createHash('sha256')
    .update(JSON.stringify(request.body ?? null))
    .digest();
  const { status, body, replayed } = await transaction(db, async (tx) => {
    const claimed = await tx
      .insertInto('idempotencyRecord')
      .values({ ...record, request: digest, status: 0, body: 'null', createdAt: new Date(clock.nowMs()) })
      .onConflict((conflict) => conflict.columns(['scope', 'key']).doNothing())
      .returning('key')
      .executeTakeFirst();
    if (claimed === undefined) return { ...(await earlierAnswer<T>(tx, record, digest)), replayed: true };
    const answer = await work(tx);
    await tx
      .updateTable('idempotencyRecord')
      .set({ status: answer.status, body: JSON.stringify(answer.body) })
      .where('scope', '=', record.scope)
      .where('key', '=', record.key)
      .execute();
    return { ...answer, replayed: false };
  });
  reply.code(status);
  if (replayed) reply.header(idempotencyReplayedHeader, 'true');
  return body;
}

async function earlierAnswer<T>(
  tx: Tx,
  { scope, key }: { scope: string; key: string },
  digest: Buffer,
): Promise<StoredResponse<T>> {
  const earlier = await tx
    .selectFrom('idempotencyRecord')
    .select(['request', 'status', sql<string>`body::text`.as('body')])
    .where('scope', '=', scope)
    .where('key', '=', key)
    .executeTakeFirstOrThrow();
  if (!earlier.request.equals(digest)) {
    throw problem('idempotency_key_reused', 'Use a new Idempotency-Key for a request with another body.');
  }
  return { status: earlier.status, body: JSON.parse(earlier.body) as T };
}

/** The key of a POST, for work that begins before its record is written. Throws idempotency_key_missing. */
export function keyOf(request: FastifyRequest): string {
  const key = request.headers[idempotencyKeyHeader];
  if (typeof key !== 'string' || !/^[\x21-\x7e]{8,128}$/.test(key)) {
    throw problem('idempotency_key_missing', 'Send an Idempotency-Key of 8 to 128 printable characters.');
  }
  return key;
}
