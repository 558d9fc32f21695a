/** What the contract of every outbox does not contain: transactions, keys, payloads, notifications and locks. */
import { type Jobs, type MessageHandlers, startJobs } from '@bookedbarber/redis-tier/jobs';
import {
  createPostgresOutbox,
  type PostgresOutbox,
  type PostgresPool,
  postgresOutboxMigration,
} from '@bookedbarber/redis-tier/postgres-outbox';
import { until } from '@bookedbarber/redis-tier/testing';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import {
  openPostgresOutbox,
  type PackagedPostgresOutbox,
  postgresNames,
} from '../../support/jobs/package-outboxes.ts';

const nowMs = Date.parse('2026-11-23T12:00:00Z');
const minuteMs = 60_000;
const token = '00000000-0000-4000-8000-000000000001';
const lease = { token, nowMs, untilMs: nowMs + minuteMs };

let opened: PackagedPostgresOutbox;
let outbox: PostgresOutbox<Record<string, unknown>>;
let pool: pg.Pool;
const running: Jobs[] = [];
beforeAll(async () => {
  opened = await openPostgresOutbox();
  ({ outbox, pool } = opened);
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((jobs) => jobs.stop(1000)));
  await opened.empty();
});
afterAll(() => opened.close());

const note = (more: object = {}) => ({ kind: 'note', payload: null, dueMs: nowMs, ...more });
const claimNext = () => outbox.claimNext({ ...lease, dueBeforeMs: nowMs });

/** Runs `work` in a transaction, and leaves it open until the returned function commits or rolls back. */
async function suspended(
  work: (client: pg.PoolClient) => Promise<unknown>,
): Promise<(end: string) => Promise<void>> {
  const client = await pool.connect();
  await client.query('BEGIN');
  await work(client);
  return async (end) => {
    await client.query(end);
    client.release();
  };
}

const waitingForLock = () =>
  until(
    'a statement waits for a lock',
    async () => {
      const { rows } = await pool.query<{
        count: number;
      }>(`SELECT count(*)::integer AS count FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'`);
      return rows[0]?.count ?? 0;
    },
    (count) => count > 0,
  );

function start(
  send: MessageHandlers['note']['send'],
  store: PostgresOutbox<Record<string, unknown>> = outbox,
): Jobs {
  const jobs = startJobs({
    store,
    handlers: {
      note: { retry: { maxAttempts: 1, initialBackoffMs: 1, maxBackoffMs: 1, maxUnknownResends: 0 }, send },
    },
    redis: null,
    // Only notifications find a message in time, unless a test polls.
    tuning: { pollIntervalMs: 86_400_000 },
  });
  running.push(jobs);
  return jobs;
}

const listeners = async (): Promise<number[]> => {
  const { rows } = await pool.query<{ pid: number }>(
    `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN %'`,
  );
  return rows.map(({ pid }) => pid);
};

test('a message exists once its transaction commits, and never when that is rolled back', async () => {
  const rolledBack = await suspended((client) => outbox.enqueue(client, note()));
  const committed = await suspended((client) => outbox.enqueue(client, note({ payload: 'committed' })));
  expect(await claimNext()).toBeNull();
  await rolledBack('ROLLBACK');
  expect(await claimNext()).toBeNull();
  await committed('COMMIT');
  expect(await claimNext()).toMatchObject({ kind: 'note', payload: 'committed', tenant: '', key: null });
});

test.each([
  { payload: { text: 'ä 🦊', list: [1, null, true], nested: { number: 1e-7 } } },
  { payload: 'a NUL: \0, half of a character: \ud83e' },
  { payload: 0 },
  { payload: false },
  { payload: null },
])('a handler receives the payload that was written: $payload', async ({ payload }) => {
  await outbox.enqueue(pool, note({ payload, tenant: 'corner', key: 'k' }));
  expect(await claimNext()).toMatchObject({ payload, tenant: 'corner', key: 'k' });
});

test('a second message with the same key of a tenant and kind is not written, also concurrently', async () => {
  const keyed = (more: object = {}) => outbox.enqueue(pool, note({ key: 'order-17', ...more }));
  const all = await Promise.all(Array.from({ length: 8 }, () => keyed()));
  expect(all.filter(({ isNew }) => isNew)).toHaveLength(1);
  expect(new Set(all.map(({ id }) => id)).size).toBe(1);
  expect((await keyed({ tenant: 'other' })).isNew).toBe(true);
  expect((await keyed({ kind: 'invoice' })).isNew).toBe(true);
  expect(await outbox.counts()).toEqual({ pending: 3 });
});

test('a second message waits for the transaction that writes the first, and takes its place after a rollback', async () => {
  const first = await suspended((client) => outbox.enqueue(client, note({ key: 'k' })));
  const second = outbox.enqueue(pool, note({ key: 'k' }));
  await waitingForLock();
  await first('ROLLBACK');
  expect((await second).isNew).toBe(true);
});

test('a cancel by key frees the key', async () => {
  const first = await outbox.enqueue(pool, note({ key: 'k' }));
  expect(await outbox.cancel(pool, { kind: 'note', key: 'k', tenant: 'other' })).toBeNull();
  expect(await outbox.cancel(pool, { kind: 'note', key: 'k' })).toEqual({
    id: first.id,
    state: 'cancelled',
    mayHaveBeenSent: false,
  });
  expect(await outbox.cancel(pool, { kind: 'note', key: 'k' })).toBeNull();
  const second = await outbox.enqueue(pool, note({ key: 'k' }));
  expect(second.isNew).toBe(true);
  expect(await claimNext()).toMatchObject({ id: second.id });
});

test('a cancel reports a message that is being sent or may have been sent, and its successor waits', async () => {
  const { id } = await outbox.enqueue(pool, note({ key: 'k' }));
  const claimed = await claimNext();
  if (claimed === null) throw new Error('nothing was claimed');
  const cancelled = await outbox.cancel(pool, { kind: 'note', key: 'k' });
  expect(cancelled).toEqual({ id, state: 'sending', mayHaveBeenSent: true });
  const next = await outbox.enqueue(pool, note({ key: 'k', follows: id }));
  expect(await claimNext()).toBeNull();
  await outbox.complete(claimed, { state: 'unknown', reason: 'cut' }, nowMs);
  expect(await outbox.cancel(pool, { id })).toEqual({ id, state: 'cancelled', mayHaveBeenSent: true });
  expect(await claimNext()).toMatchObject({ id: next.id });
});

test('a claim that waits for a cancel finds the message cancelled', async () => {
  const { id } = await outbox.enqueue(pool, note());
  const cancel = await suspended((client) => outbox.cancel(client, { id }));
  expect(await claimNext()).toBeNull();
  const claiming = outbox.claim({ id, generation: 1 }, lease);
  await waitingForLock();
  await cancel('COMMIT');
  expect(await claiming).toBeNull();
  expect(await opened.stateOf(id)).toBe('cancelled');
});

test('a cancel that is rolled back leaves the message to the claim that waits for it', async () => {
  const { id } = await outbox.enqueue(pool, note());
  const cancel = await suspended((client) => outbox.cancel(client, { id }));
  const claiming = outbox.claim({ id, generation: 1 }, lease);
  await waitingForLock();
  await cancel('ROLLBACK');
  expect(await claiming).toMatchObject({ id });
});

test('a late report that a message was sent waits for a change of the message', async () => {
  const { id } = await outbox.enqueue(pool, note());
  const claimed = await claimNext();
  if (claimed === null) throw new Error('nothing was claimed');
  const cancel = await suspended((client) => outbox.cancel(client, { id }));
  const completing = outbox.complete(claimed, { state: 'sent' }, nowMs);
  await waitingForLock();
  await cancel('COMMIT');
  expect(await completing).toBe(true);
  expect(await opened.stateOf(id)).toBe('sent');
});

test('a program that cancels messages in any order does not deadlock with their generations', async () => {
  const ids = await Promise.all([1, 2].map(async () => (await outbox.enqueue(pool, note())).id));
  const [low = '', high = ''] = ids.sort();
  const client = await pool.connect();
  await client.query('BEGIN');
  await outbox.cancel(client, { id: high });
  const raising = outbox.raiseGeneration(ids.map((id) => ({ id, generation: 1 })));
  await waitingForLock();
  // The statement that waits for the higher id holds no lock of the lower one.
  await outbox.cancel(client, { id: low });
  await client.query('COMMIT');
  client.release();
  await raising;
  expect(await outbox.counts()).toEqual({ cancelled: 2 });
});

test('a payload above the limit and a misspelled field are rejected, and nothing is written', async () => {
  await expect(outbox.enqueue(pool, note({ payload: 'a'.repeat(70_000) }))).rejects.toThrow(RangeError);
  await expect(outbox.enqueue(pool, note({ due: 5 }))).rejects.toThrow('"due" is unknown');
  await expect(outbox.cancel(pool, { id: '17' })).rejects.toThrow('the id of a message');
  expect(await outbox.counts()).toEqual({});
});

test('jobs learn of a message when its transaction commits, without polling', async () => {
  const sent: unknown[] = [];
  start(async ({ id }) => {
    sent.push(id);
    return { kind: 'sent' };
  });
  await until('jobs listen', listeners, (pids) => pids.length === 1);
  const { id } = await outbox.enqueue(pool, { kind: 'note', payload: null });
  await until('it is sent', () => sent.length);
  expect(sent).toEqual([id]);
});

test('jobs listen again after their connection breaks, and find what was written in between', async () => {
  const sent: unknown[] = [];
  start(async ({ id }) => {
    sent.push(id);
    return { kind: 'sent' };
  });
  const [pid] = await until('jobs listen', listeners, (pids) => pids.length === 1);
  const gap = await suspended(async (client) => {
    await client.query('SELECT pg_terminate_backend($1)', [pid]);
    await outbox.enqueue(client, { kind: 'note', payload: null });
  });
  await gap('COMMIT');
  await until('it is sent', () => sent.length);
  await until('jobs listen again', listeners, (pids) => pids.length === 1 && pids[0] !== pid);
});

test('jobs return the connection that listens when they stop', async () => {
  const jobs = start(async () => ({ kind: 'sent' }));
  await until('jobs listen', listeners, (pids) => pids.length === 1);
  await jobs.stop(1000);
  await until('nothing listens', listeners, (pids) => pids.length === 0);
});

test('jobs poll over a client that only has queries', async () => {
  const queries: PostgresPool = { query: (text, values) => pool.query(text, values) };
  const polled = createPostgresOutbox({ pool: queries, ...postgresNames });
  expect(polled.listen).toBeUndefined();
  const sent: unknown[] = [];
  const { id } = await polled.enqueue(queries, { kind: 'note', payload: null });
  start(async (message) => {
    sent.push(message.id);
    return { kind: 'sent' };
  }, polled);
  await until('it is sent', () => sent.length);
  expect(sent).toEqual([id]);
});

test.each(['failed', 'dead', 'unknown'] as const)(
  'an operator can retry a message that is %s',
  async (state) => {
    const { id } = await outbox.enqueue(pool, note({ key: 'k' }));
    const claimed = await claimNext();
    if (claimed === null) throw new Error('nothing was claimed');
    expect(await outbox.retry(pool, { id })).toBe(false);
    await outbox.complete(claimed, { state, reason: 'no' }, nowMs);
    expect(await outbox.retry(pool, { kind: 'note', key: 'k' })).toBe(true);
    expect(await outbox.retry(pool, { id })).toBe(false);
    expect(await outbox.claimNext({ ...lease, dueBeforeMs: Date.now() + minuteMs })).toMatchObject({
      id,
      generation: 2,
      attempts: 1,
    });
  },
);

test('deletes messages that were finished before a time, and no others', async () => {
  const finish = async (completion: 'sent' | 'unknown', finishedMs: number) => {
    await outbox.enqueue(pool, note());
    const claimed = await claimNext();
    if (claimed === null) throw new Error('nothing was claimed');
    await outbox.complete(claimed, { state: completion, reason: '' } as never, finishedMs);
    return claimed.id;
  };
  const old = await finish('sent', nowMs - 1);
  const recent = await finish('sent', nowMs);
  const unknown = await finish('unknown', nowMs - 1);
  expect(await outbox.deleteFinished(nowMs)).toBe(1);
  expect(await Promise.all([old, recent, unknown].map((id) => opened.stateOf(id)))).toEqual([
    'none',
    'sent',
    'unknown',
  ]);
});

test('the migration can run again, and leaves the messages as they are', async () => {
  const { id } = await outbox.enqueue(pool, note());
  await pool.query(postgresOutboxMigration(postgresNames));
  expect(await opened.stateOf(id)).toBe('pending');
});
