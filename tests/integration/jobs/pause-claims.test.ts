import { until } from '@bookedbarber/redis-tier/testing';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { transaction } from '../../../apps/server/src/database/transaction.ts';
import {
  activePauses,
  pauseSending,
  resumeSending,
} from '../../../apps/server/src/outbox/messages/pauses.ts';
import { openSqlOutbox } from '../../support/jobs/sql-outbox.ts';

const nowMs = Date.parse('2026-11-23T12:00:00Z');
const token = '00000000-0000-4000-8000-000000000001';
const by = 'Ada';
const claim = { token, nowMs, untilMs: nowMs + 60_000 };

let outbox: Awaited<ReturnType<typeof openSqlOutbox>>;
beforeAll(async () => {
  outbox = await openSqlOutbox();
});
afterAll(() => outbox.close());
afterEach(async () => {
  for (const { target } of await activePauses(outbox.db)) await resume(target);
  await sql`DELETE FROM outbox_message`.execute(outbox.db);
});

/** Long enough, in ms, that the barrier only times out in the test that sets a shorter value. */
const longBarrierMs = 30_000;
const pause = (target: string, reason = 'a test', barrierMs = longBarrierMs) =>
  transaction(outbox.db, (tx) => pauseSending(tx, { target, reason, by, nowMs, barrierMs }));
const resume = (target: string) =>
  transaction(outbox.db, (tx) => resumeSending(tx, { target, by: 'Grace', nowMs: nowMs + 1000 }));
const rowOf = (id: string) =>
  outbox.db
    .selectFrom('outboxMessage')
    .select(['state', 'generation'])
    .where('id', '=', id)
    .executeTakeFirst();
const due = async () => (await outbox.store.findDue({ dueBeforeMs: nowMs, limit: 10 })).map(({ id }) => id);
const lockWaiters = async (): Promise<number> => {
  const { rows } = await sql<{ count: string }>`SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'`.execute(outbox.db);
  return Number(rows[0]?.count);
};

test.each(['all', 'kind:confirmation'])(
  'a pause of %s prevents enqueueing and claims until it ends',
  async (target) => {
    const id = await outbox.add({ dueMs: nowMs });
    await pause(target);
    expect(await due()).toEqual([]);
    expect(await outbox.store.claim({ id, generation: 1 }, claim)).toBeNull();
    expect(await outbox.store.claimNext({ ...claim, dueBeforeMs: nowMs })).toBeNull();
    expect(await resume(target)).toMatchObject({
      target,
      pausedBy: by,
      reason: 'a test',
      resumedBy: 'Grace',
    });
    expect(await due()).toEqual([id]);
    expect(await outbox.store.claimNext({ ...claim, dueBeforeMs: nowMs })).toMatchObject({ id });
  },
);

test('a pause of one kind does not affect other kinds', async () => {
  const held = await outbox.add({ dueMs: nowMs - 1000, kind: 'reminder' });
  const free = await outbox.add({ dueMs: nowMs });
  await pause('kind:reminder');
  expect(await due()).toEqual([free]);
  expect(await outbox.store.claimNext({ ...claim, dueBeforeMs: nowMs })).toMatchObject({ id: free });
  expect(await rowOf(held)).toMatchObject({ state: 'pending' });
});

test('a second pause of a target keeps the first one and its reason, and different pauses end separately', async () => {
  const id = await outbox.add({ dueMs: nowMs });
  expect(await pause('all', 'first')).toMatchObject({ alreadyPaused: false, immediate: true });
  expect(await pause('all', 'second')).toMatchObject({ alreadyPaused: true, pause: { reason: 'first' } });
  await pause('kind:confirmation');
  await resume('all');
  expect(await due()).toEqual([]);
  await resume('kind:confirmation');
  expect(await due()).toEqual([id]);
  expect(await resume('all')).toBeNull();
});

test('a pause makes enqueued messages pending under a new generation, and so does its end', async () => {
  const id = await outbox.add({ dueMs: nowMs });
  await outbox.store.markEnqueued([{ id, generation: 1 }], nowMs);
  await pause('all');
  expect(await rowOf(id)).toEqual({ state: 'pending', generation: 2 });
  // An enqueue that started before the pause marks the message after it.
  await outbox.store.markEnqueued([{ id, generation: 2 }], nowMs);
  expect(await outbox.store.claim({ id, generation: 2 }, claim)).toBeNull();
  await resume('all');
  expect(await rowOf(id)).toEqual({ state: 'pending', generation: 3 });
});

test('a message that is being sent is counted and finished', async () => {
  const id = await outbox.add({ dueMs: nowMs });
  const claimed = await outbox.store.claim({ id, generation: 1 }, claim);
  expect(await pause('all')).toMatchObject({ inProgress: 1 });
  expect(claimed && (await outbox.store.renew(claimed, nowMs + 90_000))).toBe(true);
  expect(claimed && (await outbox.store.complete(claimed, { state: 'sent' }, nowMs))).toBe(true);
  expect(await rowOf(id)).toMatchObject({ state: 'sent' });
});

test('a pause waits for earlier claims to commit', async () => {
  const id = await outbox.add({ dueMs: nowMs });
  let release = (): void => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const holder = outbox.db.transaction().execute(async (tx) => {
    await sql`SELECT id FROM outbox_message WHERE id = ${id} FOR UPDATE`.execute(tx);
    await released;
  });
  // This claim has taken its snapshot of the pauses and waits for the row.
  const claiming = outbox.store.claim({ id, generation: 1 }, claim);
  await until('the claim waits', lockWaiters, (count) => count === 1);
  const pausing = pause('all');
  await until('the pause waits for the claim', lockWaiters, (count) => count === 2);
  release();
  await holder;
  const [claimed, paused] = await Promise.all([claiming, pausing]);
  // The claim came first, and the pause counts it.
  expect(claimed).toMatchObject({ id });
  expect(paused).toMatchObject({ immediate: true, inProgress: 1 });
});

test('a pause does not wait for a long transaction, and reports that it is not immediate', async () => {
  let release = (): void => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const id = await outbox.add({ dueMs: nowMs });
  const holder = outbox.db.transaction().execute(async (tx) => {
    await sql`UPDATE outbox_message SET attempts = attempts WHERE id = ${id}`.execute(tx);
    await released;
  });
  expect(await pause('all', 'a test', 100)).toMatchObject({ immediate: false });
  release();
  await holder;
  expect(await outbox.store.claim({ id, generation: 1 }, claim)).toBeNull();
});
