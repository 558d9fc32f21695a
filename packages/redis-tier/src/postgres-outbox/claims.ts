/**
 * Claims of messages, each in a statement that commits on its own. A claim decides by the row of the message alone:
 * after a lock wait, PostgreSQL evaluates the locked row again but not the rows of other tables. A claim that also read
 * the application's row could commit after the change that cancels the message.
 */
import { clockSlackMs } from '../core/index.ts';
import type { MessageLease, MessageRef } from '../jobs/outbox/message.ts';
import type { OutboxStore } from '../jobs/outbox/outbox-store.ts';
import { createBatcher } from '../postgres/index.ts';
import { queryRows } from '../postgres/internal.ts';
import type { OutboxTable } from './outbox-table.ts';
import { fairOrder, isWaiting, notBehindAnother } from './send-order.ts';

/** A claimed message of any kind. */
export type AnyLease = MessageLease & { payload: unknown; tenant: string; key: string | null };

/** Maximum messages per claiming statement. */
const maxBatch = 100;
/** Candidate rows per requested message, so that enough remain after skipping rows that other workers have locked. */
const candidatesPerMessage = 10;

type ClaimRequest = { token: string; untilMs: number };
type ClaimByIdRequest = MessageRef & ClaimRequest & { nowMs: number };
type ClaimNextRequest = ClaimRequest & { dueBeforeMs: number };
type ClaimRow = Omit<AnyLease, 'untilMs' | 'payload'> & { payload: string };

/** The latest of the times of several requests. */
function latest<Request>(requests: readonly Request[], timeMs: (request: Request) => number): Date {
  return new Date(Math.max(...requests.map(timeMs)));
}

export function postgresClaims({
  db,
  sql: table,
}: OutboxTable): Pick<OutboxStore<AnyLease>, 'claim' | 'claimNext' | 'renew'> {
  /** `free` are the CTEs that end with the locked rows (id, token). The end of the lease is the parameter `until`. */
  const claiming = (free: string, until: string): string => `WITH ${free}
    UPDATE ${table} AS message SET state = 'sending', claim_token = free.token, claimed_until = ${until},
      attempts = message.attempts + 1
    FROM free WHERE message.id = free.id
    RETURNING message.id, message.generation, message.kind, message.attempts, message.claim_token AS token,
      message.payload::text AS payload, message.tenant, message.key`;

  const byId = (lock: string): string =>
    claiming(
      `requested AS (SELECT * FROM unnest($1::uuid[], $2::integer[], $3::uuid[]) AS requested (id, generation, token)
      ), free AS (
        SELECT message.id, requested.token FROM ${table} AS message
        JOIN requested ON requested.id = message.id AND requested.generation = message.generation
        WHERE ${isWaiting} AND message.due_at <= $4 AND ${notBehindAnother(table)}
        FOR UPDATE OF message ${lock})`,
      '$5',
    );
  const byIdSkippingLocked = byId('SKIP LOCKED');
  const byIdWaiting = byId('');

  const inOrder = claiming(
    `${fairOrder(table)}, picked AS (
        SELECT message.id FROM in_turn JOIN ${table} AS message ON message.id = in_turn.id
        -- Repeats the conditions for the current row, which may have a later due time since the CTE read it.
        WHERE ${isWaiting} AND message.due_at <= $1
        ORDER BY in_turn.priority, turn, in_turn.due_at LIMIT $3::bigint
        FOR UPDATE OF message SKIP LOCKED
      ), free AS (
        SELECT numbered.id, request.token
        FROM (SELECT id, row_number() OVER () AS number FROM picked) AS numbered
        JOIN unnest($4::uuid[]) WITH ORDINALITY AS request (token, number) USING (number))`,
    '$5',
  );

  /** All leases get the latest end among the requests. */
  async function leasesOf<Request extends ClaimRequest>(
    requests: readonly Request[],
    text: string,
    values: unknown[],
  ): Promise<(AnyLease | null)[]> {
    const until = latest(requests, (request) => request.untilMs);
    const rows = await queryRows<ClaimRow>(db, text, [...values, until]);
    const byToken = new Map(rows.map((row) => [row.token, row]));
    return requests.map(({ token }) => {
      const row = byToken.get(token);
      return row === undefined
        ? null
        : { ...row, payload: JSON.parse(row.payload) as unknown, untilMs: until.getTime() };
    });
  }

  const claimById = (text: string) => (requests: readonly ClaimByIdRequest[]) =>
    leasesOf(requests, text, [
      requests.map((it) => it.id),
      requests.map((it) => it.generation),
      requests.map((it) => it.token),
      latest(requests, (request) => request.nowMs + clockSlackMs),
    ]);
  const claimBatch = createBatcher(maxBatch, claimById(byIdSkippingLocked));
  const claimAlone = claimById(byIdWaiting);

  const claimNextBatch = createBatcher(maxBatch, (requests: readonly ClaimNextRequest[]) =>
    leasesOf(requests, inOrder, [
      // With an earlier time, the request of a new message's notification would not find the message.
      latest(requests, (request) => request.dueBeforeMs),
      requests.length * candidatesPerMessage,
      requests.length,
      requests.map((request) => request.token),
    ]),
  );

  return {
    async claim({ id, generation }, { token, nowMs, untilMs }) {
      const request = { id, generation, token, nowMs, untilMs };
      // The row may be locked: briefly by markEnqueued, or by an uncommitted change. Two batched attempts skip a
      // locked row; the last attempt waits for the lock on its own, so that it does not delay the batch.
      const claim = (await claimBatch(request)) ?? (await claimBatch(request));
      return claim ?? (await claimAlone([request]))[0] ?? null;
    },

    claimNext: ({ token, untilMs, dueBeforeMs }) => claimNextBatch({ token, untilMs, dueBeforeMs }),

    async renew({ id, token }, untilMs) {
      const renewed = await queryRows(
        db,
        `UPDATE ${table} SET claimed_until = $3
          WHERE id = $1 AND claim_token = $2 AND state = 'sending' RETURNING id`,
        [id, token, new Date(untilMs)],
      );
      return renewed.length > 0;
    },
  };
}
