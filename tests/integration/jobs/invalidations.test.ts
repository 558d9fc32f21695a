import { until } from '@bookedbarber/redis-tier/testing';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connectDatabase, type Db } from '../../../apps/server/src/database/connect.ts';
import { transaction } from '../../../apps/server/src/database/transaction.ts';
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
let isThere: boolean;

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
  isThere = true;
});
afterEach(async () => {
  await Promise.all(relays.map((relay) => relay.stop()));
  await db.destroy();
  await database.drop();
});

function startRelay(times: { everyMs?: number; afterMs?: number } = {}): InvalidationRelay {
  const relay = startInvalidationRelay({
    db,
    async apply(scope, tags) {
      if (isThere) applied.push([scope, [...tags].sort()]);
      return isThere;
    },
    onError: () => {},
    ...times,
  });
  relays.push(relay);
  return relay;
}

const write = (scope: string, ...tags: string[]) =>
  transaction(db, (tx) => enqueueInvalidation(tx, scope, tags));
const pending = async () =>
  (await db.selectFrom('outboxInvalidation').select('id').where('appliedAt', 'is', null).execute()).length;
const nonePending = () => until('all is applied', pending, (count) => count === 0);

test('what a transaction wrote takes effect within a second of its commit, with the times as shipped', async () => {
  startRelay();
  const begun = performance.now();
  await write('shop-1', 'day:2026-11-24');
  await until(
    'it is applied',
    () => applied,
    (all) => all.length === 1,
  );
  // A busy machine may be late by some seconds itself.
  expect(performance.now() - begun).toBeLessThan(5000);
  expect(applied).toEqual([['shop-1', ['day:2026-11-24']]]);
  await nonePending();
});

test('what was rolled back never does', async () => {
  startRelay({ everyMs: 20, afterMs: 0 });
  await transaction(db, async (tx) => {
    await enqueueInvalidation(tx, 'shop-1', ['gone']);
    throw new Error('no');
  }).catch(() => {});
  await write('shop-1', 'kept');
  await nonePending();
  expect(applied).toEqual([['shop-1', ['kept']]]);
});

test('while the cache is away they wait, and are applied together, once for each scope, when it is back', async () => {
  isThere = false;
  startRelay({ everyMs: 20, afterMs: 0 });
  await write('shop-1', 'a', 'b');
  await write('shop-2', 'c');
  await write('shop-1', 'b', 'd');
  isThere = true;
  await nonePending();
  expect(
    applied
      .filter(([scope]) => scope === 'shop-1')
      .flatMap(([, tags]) => tags)
      .sort(),
  ).toEqual(expect.arrayContaining(['a', 'b', 'd']));
  expect(applied.filter(([scope]) => scope === 'shop-2')).toEqual([['shop-2', ['c']]]);
});

test('one of everything in its scope is applied as that, whatever else waits in the scope', async () => {
  isThere = false;
  startRelay({ everyMs: 20, afterMs: 0 });
  await write('shop-1', 'a');
  await write('shop-1');
  await write('shop-2', 'b');
  isThere = true;
  await nonePending();
  expect(applied).toContainEqual(['shop-2', ['b']]);
  expect(applied.filter(([scope]) => scope === 'shop-1')).toContainEqual(['shop-1', []]);
});

test('a transaction that commits late is found, though later ones have been applied already', async () => {
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
    'the slow one too',
    () => applied,
    (all) => all.length === 2,
  );
  expect(applied).toEqual([
    ['quick', ['b']],
    ['slow', ['a']],
  ]);
});

test('one whose writer applied it itself is left alone', async () => {
  const mine = await write('shop-1', 'mine');
  await markInvalidationsApplied(db, [mine]);
  startRelay({ everyMs: 20, afterMs: 0 });
  await write('shop-1', 'other');
  await nonePending();
  expect(applied).toEqual([['shop-1', ['other']]]);
});

test('what was applied a short time ago is applied again on request, and what was applied long ago is removed', async () => {
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
  // The first round of a relay cleans up.
  startRelay({ everyMs: 20, afterMs: 0 });
  const tags = () => db.selectFrom('outboxInvalidation').select('tags').execute();
  expect(await until('it is removed', tags, (rows) => rows.length === 1)).toEqual([{ tags: ['recent'] }]);
});

test('what an old server took while the change was being noticed does not count', async () => {
  let answer: (took: boolean) => void = () => {};
  let asked = 0;
  const relay = startInvalidationRelay({
    db,
    apply() {
      asked += 1;
      if (asked > 1) return Promise.resolve(true);
      return new Promise((resolve) => {
        answer = resolve;
      });
    },
    onError: () => {},
    everyMs: 20,
    afterMs: 0,
  });
  relays.push(relay);
  await write('shop-1', 'a');
  await until(
    'the old server is asked',
    () => asked,
    (count) => count === 1,
  );
  await relay.reapplySince(120_000);
  answer(true);
  await nonePending();
  expect(asked).toBe(2);
});

test('one scope whose server is away holds up no other', async () => {
  const relay = startInvalidationRelay({
    db,
    async apply(scope, tags) {
      if (scope === 'broken') throw new Error('its node is away');
      applied.push([scope, [...tags]]);
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

test('who listens is woken at the commit, and again after a broken connection', async () => {
  const heard: string[] = [];
  const listeners = listen({
    server: { url: database.url },
    channels: Object.values(outboxChannels),
    applicationName: 'tests listening',
    onNotify: (channel) => heard.push(channel),
    onError: () => {},
  });
  try {
    // Every connection begins with a word, since something may have been missed.
    await until(
      'it listens',
      () => heard.length,
      (count) => count === 2,
    );
    heard.length = 0;
    await write('shop-1', 'a');
    await until(
      'it hears',
      () => heard,
      (all) => all.length === 1,
    );
    expect(heard).toEqual([outboxChannels.invalidations]);
    heard.length = 0;
    const { rows } = await sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE application_name = 'tests listening'`.execute(db);
    expect(rows).toHaveLength(1);
    await until(
      'it listens again',
      () => heard.length,
      (count) => count === 2,
    );
    heard.length = 0;
    await write('shop-1', 'b');
    await until(
      'it hears again',
      () => heard.length,
      (count) => count === 1,
    );
  } finally {
    await listeners.stop();
  }
});
