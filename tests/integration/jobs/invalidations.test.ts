import { until } from '@bookedbarber/redis-tier/testing';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connectDatabase, type Db } from '../../../apps/server/src/database/connect.ts';
import { transaction } from '../../../apps/server/src/database/transaction.ts';
import { startInvalidationReceiver } from '../../../apps/server/src/outbox/invalidations/invalidation-receiver.ts';
import {
  type InvalidationRelay,
  startInvalidationRelay,
} from '../../../apps/server/src/outbox/invalidations/invalidation-relay.ts';
import {
  enqueueInvalidation,
  markInvalidationsApplied,
} from '../../../apps/server/src/outbox/invalidations/invalidations.ts';
import { listen } from '../../../apps/server/src/outbox/listen.ts';
import { outboxChannels } from '../../../apps/server/src/outbox/notify.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

let database: TestDatabase;
let db: Db;
let relays: InvalidationRelay[];
let applied: [string, string[]][];
/** What the relay tried to apply while the cache was unavailable. */
let refused: [string, string[]][];
let isAvailable: boolean;

beforeEach(async () => {
  database = await createTestDatabase();
  db = connectDatabase(
    {
      url: database.url,
      poolSize: 8,
      acquireTimeoutMs: 10_000,
      statementTimeoutMs: 15_000,
      applicationName: 'tests',
    },
    () => {},
  );
  relays = [];
  applied = [];
  refused = [];
  isAvailable = true;
});
afterEach(async () => {
  await Promise.all(relays.map((relay) => relay.stop()));
  await db.destroy();
  await database.drop();
});

function startRelay(times: { everyMs?: number; afterMs?: number } = {}): InvalidationRelay {
  const relay = startInvalidationRelay({
    db,
    async apply(namespace, tags) {
      (isAvailable ? applied : refused).push([namespace, [...tags].sort()]);
      return isAvailable;
    },
    onError: () => {},
    ...times,
  });
  relays.push(relay);
  return relay;
}

const write = (namespace: string, ...tags: string[]) =>
  transaction(db, (tx) => enqueueInvalidation(tx, namespace, tags));
const pending = async () =>
  (await db.selectFrom('outboxInvalidation').select('id').where('appliedAt', 'is', null).execute()).length;
const nonePending = () => until('all invalidations are applied', pending, (count) => count === 0);
const isRefused = (namespace: string, ...tags: string[]) =>
  until(
    'the relay has tried to apply it',
    () => refused.map(([name, names]) => [name, ...names].join(' ')),
    (all) => all.includes([namespace, ...tags].join(' ')),
  );
const byName = ([one]: [string, string[]], [other]: [string, string[]]) => one.localeCompare(other);

test('applies an invalidation within a second of its commit, with the shipped intervals', async () => {
  startRelay();
  const begun = performance.now();
  await write('shop-1', 'day:2026-11-24');
  await until(
    'it is applied',
    () => applied,
    (all) => all.length === 1,
  );
  // The tolerance is for busy machines.
  expect(performance.now() - begun).toBeLessThan(5000);
  expect(applied).toEqual([['shop-1', ['day:2026-11-24']]]);
  await nonePending();
});

test('never applies an invalidation that was rolled back', async () => {
  startRelay({ everyMs: 20, afterMs: 0 });
  await transaction(db, async (tx) => {
    await enqueueInvalidation(tx, 'shop-1', ['rolled-back']);
    throw new Error('no');
  }).catch(() => {});
  await write('shop-1', 'committed');
  await nonePending();
  expect(applied).toEqual([['shop-1', ['committed']]]);
});

test('applies pending invalidations together, once per namespace, when the cache is available again', async () => {
  isAvailable = false;
  startRelay({ everyMs: 20, afterMs: 0 });
  await write('shop-1', 'a', 'b');
  await write('shop-2', 'c');
  await write('shop-1', 'b', 'd');
  // A run that began before the last row could apply the others alone.
  await isRefused('shop-1', 'a', 'b', 'd');
  isAvailable = true;
  await nonePending();
  expect(applied.sort(byName)).toEqual([
    ['shop-1', ['a', 'b', 'd']],
    ['shop-2', ['c']],
  ]);
});

test('applies an invalidation of a whole namespace in place of its pending tags', async () => {
  isAvailable = false;
  startRelay({ everyMs: 20, afterMs: 0 });
  await write('shop-1', 'a');
  await write('shop-1');
  await write('shop-2', 'b');
  await isRefused('shop-2', 'b');
  isAvailable = true;
  await nonePending();
  expect(applied.sort(byName)).toEqual([
    ['shop-1', []],
    ['shop-2', ['b']],
  ]);
});

test('finds a row that commits after later rows were applied', async () => {
  startRelay({ everyMs: 20, afterMs: 0 });
  let commit: () => void = () => {};
  const mayCommit = new Promise<void>((resolve) => {
    commit = resolve;
  });
  let written: () => void = () => {};
  const isWritten = new Promise<void>((resolve) => {
    written = resolve;
  });
  const slow = transaction(db, async (tx) => {
    await enqueueInvalidation(tx, 'slow', ['a']);
    written();
    await mayCommit;
  });
  await isWritten;
  await write('quick', 'b');
  await until(
    'the quick one is applied',
    () => applied,
    (all) => all.length === 1,
  );
  commit();
  await slow;
  await until(
    'the slow one is applied',
    () => applied,
    (all) => all.length === 2,
  );
  expect(applied).toEqual([
    ['quick', ['b']],
    ['slow', ['a']],
  ]);
});

test('skips an invalidation that its writer has applied', async () => {
  const mine = await write('shop-1', 'mine');
  await markInvalidationsApplied(db, [mine]);
  startRelay({ everyMs: 20, afterMs: 0 });
  await write('shop-1', 'other');
  await nonePending();
  expect(applied).toEqual([['shop-1', ['other']]]);
});

test('reapplies recent invalidations on request, and deletes old ones', async () => {
  await write('shop-1', 'recent');
  await write('shop-1', 'old');
  const relay = startRelay({ everyMs: 20, afterMs: 0 });
  await nonePending();
  await db
    .updateTable('outboxInvalidation')
    .set({ appliedAt: new Date(Date.now() - 121_000) })
    .where(sql<boolean>`'old' = ANY (tags)`)
    .execute();
  applied = [];
  expect(await relay.reapplySince(120_000)).toBe(1);
  await nonePending();
  expect(applied).toEqual([['shop-1', ['recent']]]);
  // The first run of a relay deletes old rows.
  startRelay({ everyMs: 20, afterMs: 0 });
  const tags = () => db.selectFrom('outboxInvalidation').select('tags').execute();
  expect(await until('it is deleted', tags, (rows) => rows.length === 1)).toEqual([{ tags: ['recent'] }]);
});

test('does not count an acknowledgment of the old primary after a replication id change', async () => {
  let acknowledge: (applied: boolean) => void = () => {};
  let calls = 0;
  const relay = startInvalidationRelay({
    db,
    apply() {
      calls += 1;
      if (calls > 1) return Promise.resolve(true);
      return new Promise((resolve) => {
        acknowledge = resolve;
      });
    },
    onError: () => {},
    everyMs: 20,
    afterMs: 0,
  });
  relays.push(relay);
  await write('shop-1', 'a');
  await until(
    'the old primary is called',
    () => calls,
    (count) => count === 1,
  );
  await relay.reapplySince(120_000);
  acknowledge(true);
  await nonePending();
  expect(calls).toBe(2);
});

test('a namespace on an unavailable server does not delay other namespaces', async () => {
  const relay = startInvalidationRelay({
    db,
    async apply(namespace, tags) {
      if (namespace === 'broken') throw new Error('the node is unavailable');
      applied.push([namespace, [...tags]]);
      return true;
    },
    onError: () => {},
    everyMs: 20,
    afterMs: 0,
  });
  relays.push(relay);
  await write('broken', 'a');
  await write('sound', 'b');
  await until(
    'the other is applied',
    () => applied,
    (all) => all.length > 0,
  );
  expect(applied).toEqual([['sound', ['b']]]);
});

test('notifies listeners at the commit, and again after a reconnect', async () => {
  const notified: string[] = [];
  const listeners = listen({
    server: { url: database.url },
    channels: Object.values(outboxChannels),
    applicationName: 'tests listening',
    onNotify: (channel) => notified.push(channel),
    onError: () => {},
  });
  try {
    // Every new connection reports each channel, because notifications may have been missed.
    await until(
      'it listens',
      () => notified.length,
      (count) => count === 2,
    );
    notified.length = 0;
    await write('shop-1', 'a');
    await until(
      'it is notified',
      () => notified,
      (all) => all.length === 1,
    );
    expect(notified).toEqual([outboxChannels.invalidations]);
    notified.length = 0;
    const { rows } = await sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE application_name = 'tests listening'`.execute(db);
    expect(rows).toHaveLength(1);
    await until(
      'it listens again',
      () => notified.length,
      (count) => count === 2,
    );
    notified.length = 0;
    await write('shop-1', 'b');
    await until(
      'it is notified again',
      () => notified.length,
      (count) => count === 1,
    );
  } finally {
    listeners.stop();
  }
});

test('a process that cannot reach Redis receives every invalidation of the outage once, however many there are', async () => {
  let receives = true;
  const namespaces: string[] = [];
  const enqueueMany = (count: number, name: string) =>
    sql`INSERT INTO outbox_invalidation (namespace, tags)
      SELECT ${name} || number, '{day}' FROM generate_series(1, ${count}::integer) AS number`.execute(db);
  const receiver = startInvalidationReceiver({
    db,
    server: { url: database.url },
    receives: () => receives,
    apply: (namespace) => namespaces.push(namespace),
    onError: () => {},
    everyMs: 20,
  });
  try {
    await enqueueMany(1, 'before-');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(namespaces).toEqual([]);
    receives = false;
    await until('that of just before the outage has arrived', () => namespaces.includes('before-1'));
    await enqueueMany(1300, 'burst-');
    await until('all have arrived', () => namespaces.length >= 1301);
    await enqueueMany(1, 'late-');
    await until('the late one has arrived', () => namespaces.includes('late-1'));
    expect(new Set(namespaces).size).toBe(1302);
    expect(namespaces).toHaveLength(1302);
  } finally {
    await receiver.stop();
  }
});
