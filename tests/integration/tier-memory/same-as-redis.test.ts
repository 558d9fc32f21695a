/** The memory driver gives the replies of Redis and leaves the same bytes, for any sequence of commands. */
import fc from 'fast-check';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type EntryKeys, KeySpace } from '../../../packages/redis-tier/src/cache/keys.ts';
import { resolvePolicy } from '../../../packages/redis-tier/src/cache/policy-options.ts';
import type { Commands } from '../../../packages/redis-tier/src/cache/primary/commands.ts';
import type { Send } from '../../../packages/redis-tier/src/cache/primary/primary-connection.ts';
import { redisCommands } from '../../../packages/redis-tier/src/cache/primary/redis-commands.ts';
import { encodeEntry } from '../../../packages/redis-tier/src/cache/read/entry-codec.ts';
import { readVerdict, readWindows } from '../../../packages/redis-tier/src/limits/decision.ts';
import { toWindows } from '../../../packages/redis-tier/src/limits/windows.ts';
import { LimitStates } from '../../../packages/redis-tier/src/memory/limit-states.ts';
import { memoryCommands } from '../../../packages/redis-tier/src/memory/memory-commands.ts';
import { MemoryServer } from '../../../packages/redis-tier/src/memory/memory-server.ts';
import { connectForLimits } from '../../support/limits/connected.ts';
import { checkAt } from '../../support/limits/virtual-time.ts';
import { ownPrefix } from '../../support/redis-tier/cache-bench.ts';

/** Longer than the test, so that nothing expires on the way. */
const longMs = 600_000;
const noonMs = 1_800_000_000_000;

let redis: Redis;
beforeAll(async () => {
  redis = await connectForLimits(inject('redisUrl'));
});
afterAll(() => redis.disconnect());

/** The same commands on both, with the entries that they are about. */
function openBoth() {
  const keys = new KeySpace(ownPrefix());
  const send: Send = (command) => command(redis);
  const onRedis = redisCommands({
    send,
    sendWithoutDeadline: send,
    unlink: (key) => redis.unlink(key),
    keys,
  });
  const server = new MemoryServer(10_000_000);
  const inMemory = memoryCommands({ server, keys, nowMs: () => Date.now(), assertOpen: () => {} });
  const policy = resolvePolicy('days', { ttlMs: longMs });
  const entries = [
    { key: 'a', tags: ['day'] },
    { key: 'a', tags: ['day', 'staff'] },
    { key: 'b', tags: ['staff'] },
  ].map((address) => keys.entry(policy, { namespace: 'shop', ...address }));
  return { keys, onRedis, inMemory, entries };
}

const entry = fc.nat({ max: 2 });
/** One of two processes. */
const token = fc.nat({ max: 1 }).map((process) => Buffer.alloc(16, process + 1));
const acquire = fc.record({
  name: fc.constant('acquire' as const),
  entries: fc.uniqueArray(entry, { minLength: 1, maxLength: 3 }),
  token,
  waits: fc.boolean(),
  seen: fc.constantFrom(0, noonMs),
});
const store = fc.record({
  name: fc.constant('store' as const),
  entry,
  token,
  /** A fresh entry, or one whose freshness ended long ago. */
  loadedAtMs: fc.constantFrom(noonMs, 1),
});
const renew = fc.record({ name: fc.constant('renew' as const), entry, token });
const release = fc.record({
  name: fc.constant('release' as const),
  entry,
  token,
  errorTtlMs: fc.constantFrom(0, longMs),
});
const removeTags = fc.record({
  name: fc.constant('removeTags' as const),
  tags: fc.uniqueArray(fc.constantFrom('', 'day', 'staff'), { minLength: 1 }),
});
const removeEveryTag = fc.record({ name: fc.constant('removeEveryTag' as const) });
/** Most entries are stored, so that their later commands find them. */
const operation = fc.oneof(
  { arbitrary: acquire, weight: 6 },
  { arbitrary: store, weight: 6 },
  { arbitrary: release, weight: 2 },
  { arbitrary: removeTags, weight: 2 },
  { arbitrary: renew, weight: 1 },
  { arbitrary: removeEveryTag, weight: 1 },
);
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

/** Runs an operation. `granted`: the versions that the entry's tags had when its lease was granted. */
async function run(
  commands: Commands,
  one: Operation,
  number: number,
  { keys, entries }: Pick<ReturnType<typeof openBoth>, 'keys' | 'entries'>,
  granted: Map<number, readonly Buffer[]>,
): Promise<unknown> {
  const namesOf = (index: number): EntryKeys => entries[index] as EntryKeys;
  const replicationId = Buffer.alloc(6, 9);
  switch (one.name) {
    case 'acquire': {
      const { acquired } = await commands.acquire({
        leaseMs: longMs,
        replicationId,
        version: Buffer.concat([replicationId, Buffer.alloc(10, number)]),
        needMs: longMs,
        waits: one.waits,
        entries: one.entries.map((index) => ({
          names: namesOf(index),
          token: one.token,
          seenLoadedAtMs: one.seen,
        })),
      });
      acquired.forEach((lease, index) => {
        if (lease.outcome === 'granted') granted.set(one.entries[index] ?? 0, lease.versions);
      });
      return acquired;
    }
    case 'store': {
      const names = namesOf(one.entry);
      const versions = granted.get(one.entry) ?? names.tagKeys.map(() => Buffer.alloc(16));
      const times = { loadedAtMs: one.loadedAtMs, ttlMs: 0xffff_ffff, loadMs: 1 };
      const body = encodeEntry(times, versions, names.tagSet, Buffer.from(`${number}`));
      return commands.store([{ names, token: one.token, lifeMs: longMs, entry: body }]);
    }
    case 'renew':
      return void (await commands.renew(longMs, [
        { leaseKey: namesOf(one.entry).leaseKey, token: one.token },
      ]));
    case 'release':
      return void (await commands.release(one.errorTtlMs, [
        { leaseKey: namesOf(one.entry).leaseKey, token: one.token },
      ]));
    case 'removeTags':
      return commands.removeTags(one.tags.map((tag) => `${keys.namespaceTag('shop')}${tag}`));
    case 'removeEveryTag':
      return commands.removeEveryTag();
  }
}

test('commands of the cache', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { minLength: 5, maxLength: 30 }), async (operations) => {
      const { onRedis, inMemory, ...names } = openBoth();
      const all = [
        ...new Set(
          names.entries.flatMap(({ entryKey, leaseKey, tagKeys }) => [entryKey, leaseKey, ...tagKeys]),
        ),
      ];
      const granted = { redis: new Map(), memory: new Map() };
      for (const [number, one] of operations.entries()) {
        const expected = await run(onRedis, one, number, names, granted.redis);
        expect(await run(inMemory, one, number, names, granted.memory)).toEqual(expected);
        expect(await inMemory.mget(all)).toEqual(await onRedis.mget(all));
      }
    }),
    { numRuns: 60 },
  );
});

test('checks of limits', async () => {
  const limits = fc.record({
    perMinute: fc.integer({ min: 1, max: 80 }),
    perHour: fc.integer({ min: 1, max: 200 }),
  });
  const checks = fc.array(
    fc.record({
      afterMs: fc.oneof(fc.nat({ max: 500 }), fc.nat({ max: 70_000 }), fc.nat({ max: 4_000_000 })),
      cost: fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: 100 })),
    }),
    { minLength: 1, maxLength: 60 },
  );
  await fc.assert(
    fc.asyncProperty(limits, checks, async (named, requests) => {
      const windows = toWindows(named);
      const redisKey = `${ownPrefix()}:r:{key}:x`;
      const states = new LimitStates(100);
      let atMs = noonMs;
      for (const { afterMs, cost } of requests) {
        atMs += afterMs;
        const [expected] = await checkAt(redis, atMs, [{ redisKey, windows, cost }]);
        const reply = states.check(redisKey, windows, cost, atMs);
        const verdict = readVerdict(reply, 0);
        const aboveLimit = verdict === 'above limit';
        expect({ allowed: verdict === 'allowed', aboveLimit }).toEqual({
          allowed: expected?.allowed,
          aboveLimit: expected?.aboveLimit,
        });
        if (!aboveLimit) expect(readWindows(windows, reply, 0)).toEqual(expected?.windows);
      }
    }),
    { numRuns: 60 },
  );
});
