import { createHash } from 'node:crypto';
import { idempotencyKeyHeader, idempotencyReplayedHeader } from '@bookedbarber/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sql } from 'kysely';
import { type Tx, transaction } from '../database/transaction.ts';
import type { Context } from '../main/context.ts';
import { problem } from './problem.ts';

/** Retention of stored responses. */
export const idempotencyRetentionHours = 24;

export type StoredResponse<T> = { status: number; body: T };

/**
 * Executes the work of a POST once per Idempotency-Key, in one transaction with the record of the key and the response.
 * A repeated request waits for the first one and gets its response. An error leaves no record, so a corrected request
 * may use the key again. Throws idempotency_key_missing, idempotency_key_reused, and the errors of `work`.
 *
 * The response is stored, so callers add secrets such as tokens to it afterwards.
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
    if (claimed === undefined) return { ...(await storedResponse<T>(tx, record, digest)), replayed: true };
    const response = await work(tx);
    await tx
      .updateTable('idempotencyRecord')
      .set({ status: response.status, body: JSON.stringify(response.body) })
      .where('scope', '=', record.scope)
      .where('key', '=', record.key)
      .execute();
    return { ...response, replayed: false };
  });
  reply.code(status);
  if (replayed) reply.header(idempotencyReplayedHeader, 'true');
  return body;
}

async function storedResponse<T>(
  tx: Tx,
  { scope, key }: { scope: string; key: string },
  digest: Buffer,
): Promise<StoredResponse<T>> {
  const stored = await tx
    .selectFrom('idempotencyRecord')
    .select(['request', 'status', sql<string>`body::text`.as('body')])
    .where('scope', '=', scope)
    .where('key', '=', key)
    .executeTakeFirstOrThrow();
  if (!stored.request.equals(digest)) {
    throw problem('idempotency_key_reused', 'Use a new Idempotency-Key for a request with a different body.');
  }
  return { status: stored.status, body: JSON.parse(stored.body) as T };
}

/** The Idempotency-Key of a request. Throws idempotency_key_missing. */
export function keyOf(request: FastifyRequest): string {
  const key = request.headers[idempotencyKeyHeader];
  if (typeof key !== 'string' || !/^[\x21-\x7e]{8,128}$/.test(key)) {
    throw problem('idempotency_key_missing', 'Send an Idempotency-Key of 8 to 128 printable characters.');
  }
  return key;
}
