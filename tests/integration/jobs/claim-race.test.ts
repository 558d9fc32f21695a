import { until } from '@bookedbarber/redis-tier/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Tx } from '../../../apps/server/src/database/transaction.ts';
import { openSqlOutbox } from '../../support/jobs/sql-outbox.ts';

const nowMs = Date.parse('2026-11-23T12:00:00Z');
const token = '00000000-0000-4000-8000-000000000001';

let outbox: Awaited<ReturnType<typeof openSqlOutbox>>;
beforeAll(async () => {
  outbox = await openSqlOutbox();
});
afterAll(() => outbox.close());

/** The application's cancellation, suspended between its statement and its commit. */
async function suspendedCancel(id: string): Promise<{ commit(): Promise<void> }> {
  let commit: () => void = () => {};
  const mayCommit = new Promise<void>((resolve) => {
    commit = resolve;
  });
  let suspend: () => void = () => {};
  const isSuspended = new Promise<void>((resolve) => {
    suspend = resolve;
  });
  const done = outbox.db.transaction().execute(async (tx: Tx) => {
    await outbox.cancelIn(tx, id);
    suspend();
    await mayCommit;
  });
  await isSuspended;
  return {
    async commit() {
      commit();
      await done;
    },
  };
}

const waitingForLock = () =>
  until(
    'a statement waits for the row lock',
    async () => {
      const { rows } = await sql<{ count: string }>`SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'`.execute(outbox.db);
      return Number(rows[0]?.count);
    },
    (count) => count > 0,
  );

test('a claim that waits for a cancel finds the message cancelled', async () => {
  const id = await outbox.add({ dueMs: nowMs });
  const cancel = await suspendedCancel(id);
  const claiming = outbox.store.claim({ id, generation: 1 }, { token, nowMs, untilMs: nowMs + 60_000 });
  await waitingForLock();
  await cancel.commit();
  expect(await claiming).toBeNull();
  expect(await outbox.stateOf(id)).toBe('cancelled');
});

test('polling skips a message that is being cancelled', async () => {
  const id = await outbox.add({ dueMs: nowMs });
  const cancel = await suspendedCancel(id);
  expect(
    await outbox.store.claimNext({ token, nowMs, dueBeforeMs: nowMs, untilMs: nowMs + 60_000 }),
  ).toBeNull();
  await cancel.commit();
  expect(await outbox.stateOf(id)).toBe('cancelled');
});

test('a late markEnqueued does not revive a cancelled message', async () => {
  const id = await outbox.add({ dueMs: nowMs });
  const cancel = await suspendedCancel(id);
  const noting = outbox.store.markEnqueued([{ id, generation: 1 }], nowMs);
  const raising = outbox.store.raiseGeneration([{ id, generation: 1 }]);
  await waitingForLock();
  await cancel.commit();
  await Promise.all([noting, raising]);
  expect(await outbox.stateOf(id)).toBe('cancelled');
});

test('a cancel that waits for a claim reports that the message is being sent', async () => {
  const id = await outbox.add({ dueMs: nowMs });
  let commit: () => void = () => {};
  const mayCommit = new Promise<void>((resolve) => {
    commit = resolve;
  });
  let claimed: () => void = () => {};
  const isClaimed = new Promise<void>((resolve) => {
    claimed = resolve;
  });
  const claiming = outbox.db.transaction().execute(async (tx) => {
    await tx
      .updateTable('outboxMessage')
      .set({ state: 'sending', claimToken: token, claimedUntil: new Date(nowMs) })
      .where('id', '=', id)
      .execute();
    claimed();
    await mayCommit;
  });
  await isClaimed;
  const cancelling = outbox.db.transaction().execute((tx) => outbox.cancelIn(tx, id));
  await waitingForLock();
  commit();
  await claiming;
  expect(await cancelling).toEqual({ notified: true, follows: id });
  expect(await outbox.stateOf(id)).toBe('sending');
});

test.each([
  {
    name: 'raising the generation',
    work: (ids: string[]) =>
      outbox.store.raiseGeneration(ids.toReversed().map((id) => ({ id, generation: 1 }))),
  },
  {
    name: 'a cancel',
    work: (_ids: string[], first: string) =>
      outbox.db.transaction().execute((tx) => outbox.cancelIn(tx, first)),
  },
])('$name locks several messages in the order of their ids, which prevents deadlocks', async ({ work }) => {
  // Two messages of one booking. The later row may have the lower id.
  const first = await outbox.add({ dueMs: nowMs });
  await sql`INSERT INTO outbox_message (shop_id, booking_id, booking_version, kind, due_at, created_at)
    SELECT shop_id, booking_id, 1, 'reminder', due_at, created_at FROM outbox_message WHERE id = ${first}`.execute(
    outbox.db,
  );
  const { rows } = await sql<{ id: string }>`SELECT id FROM outbox_message
    WHERE booking_id = (SELECT booking_id FROM outbox_message WHERE id = ${first}) ORDER BY id`.execute(
    outbox.db,
  );
  const ids = rows.map(({ id }) => id);
  const working = await outbox.db.transaction().execute(async (tx) => {
    await sql`SELECT FROM outbox_message WHERE id = ${ids[0]} FOR UPDATE`.execute(tx);
    const begun = work(ids, first);
    await waitingForLock();
    // The statement that waits for the lower id has not locked the other row.
    await sql`SELECT FROM outbox_message WHERE id = ${ids[1]} FOR UPDATE NOWAIT`.execute(tx);
    return { begun };
  });
  await working.begun;
});
