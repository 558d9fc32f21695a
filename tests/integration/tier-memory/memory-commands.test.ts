/** What the comparison with Redis does not show: the times of keys, and notifications. */
import { beforeEach, describe, expect, test } from 'vitest';
import { KeySpace } from '../../../packages/redis-tier/src/cache/keys.ts';
import { resolvePolicy } from '../../../packages/redis-tier/src/cache/policy-options.ts';
import type { Commands } from '../../../packages/redis-tier/src/cache/primary/commands.ts';
import { encodeEntry } from '../../../packages/redis-tier/src/cache/read/entry-codec.ts';
import { memoryCommands } from '../../../packages/redis-tier/src/memory/memory-commands.ts';
import { MemoryServer } from '../../../packages/redis-tier/src/memory/memory-server.ts';

const keys = new KeySpace('bb');
const names = keys.entry(resolvePolicy('days', { ttlMs: 1000 }), {
  namespace: 'shop',
  key: 'a',
  tags: ['day'],
});
const { leaseKey, entryKey, tagKeys } = names;
const [mine, others] = [Buffer.alloc(16, 1), Buffer.alloc(16, 2)];
const [leaseMs, needMs] = [500, 10_000];

let nowMs: number;
let server: MemoryServer;
let commands: Commands;
let received: string[];
beforeEach(() => {
  nowMs = 1_800_000_000_000;
  server = new MemoryServer(1_000_000);
  commands = memoryCommands({ server, keys, nowMs: () => nowMs, assertOpen: () => {} });
  received = [];
  for (const prefix of ['bb', 'other'])
    server.listeners.add({
      prefix,
      onWake: (key) => received.push(`${prefix} wake ${key}`),
      onTag: (key) => received.push(`${prefix} tag ${key}`),
      onAnything: () => received.push(`${prefix} anything`),
    });
});

async function acquire(token: Buffer, waits = false) {
  const entries = [{ names, token, seenLoadedAtMs: 0 }];
  const version = Buffer.alloc(16, 7);
  const request = { leaseMs, needMs, version, replicationId: version.subarray(0, 6), waits, entries };
  return (await commands.acquire(request)).acquired[0]?.outcome;
}
const store = (token: Buffer, lifeMs = 1000) => {
  const versions = tagKeys.map(() => Buffer.alloc(16, 7));
  const entry = encodeEntry({ loadedAtMs: nowMs, ttlMs: 1000, loadMs: 1 }, versions, names.tagSet, mine);
  return commands.store([{ names, token, lifeMs, entry }]);
};
const release = (token: Buffer, errorTtlMs = 0) => commands.release(errorTtlMs, [{ leaseKey, token }]);
const exists = async (key: string) => (await commands.mget([key]))[0] !== null;

describe('a lease', () => {
  test('lasts from its grant, from its renewal, or from another request of its holder', async () => {
    expect(await acquire(mine)).toBe('granted');
    for (const prolong of [
      () => commands.renew(leaseMs, [{ leaseKey, token: mine }]),
      () => acquire(mine),
      () => commands.renew(leaseMs, [{ leaseKey, token: others }]),
    ]) {
      nowMs += leaseMs - 1;
      expect(await acquire(others)).toBe('held');
      await prolong();
    }
    nowMs += 1;
    expect(await acquire(others)).toBe('granted');
  });

  test('wakes the processes of its prefix when it is released or its entry is stored, if any waits', async () => {
    await acquire(mine);
    await release(mine);
    await acquire(mine);
    await acquire(others);
    await store(mine);
    expect(received).toEqual([]);
    for (const end of [() => release(mine), () => release(mine, 1), () => store(mine)]) {
      nowMs += 1000;
      await acquire(mine);
      await acquire(others, true);
      received = [];
      await end();
      expect(received).toEqual([`bb wake ${leaseKey}`]);
    }
  });

  test('of a failed load is not granted until the failure is forgotten', async () => {
    await acquire(mine);
    await release(mine, 300);
    nowMs += 299;
    expect(await acquire(others)).toBe('failed');
    nowMs += 1;
    expect(await acquire(others)).toBe('granted');
  });
});

test('an entry exists for its life', async () => {
  await acquire(mine);
  expect(await store(mine, 700)).toEqual(['stored']);
  nowMs += 699;
  expect(await exists(entryKey)).toBe(true);
  nowMs += 1;
  expect(await exists(entryKey)).toBe(false);
});

test('a tag exists for twice the required time from its creation, and from a lease that finds too little left', async () => {
  const tagKey = tagKeys[1] ?? '';
  await acquire(mine);
  nowMs += needMs;
  await acquire(others);
  nowMs += needMs - 1;
  expect(await exists(tagKey)).toBe(true);
  await acquire(mine);
  nowMs += 2 * needMs - 1;
  expect(await exists(tagKey)).toBe(true);
  nowMs += 1;
  expect(await exists(tagKey)).toBe(false);
});

test('processes of the prefix receive every invalidation, of missing tags too', async () => {
  await commands.removeTags(tagKeys);
  await commands.removeEveryTag();
  expect(received).toEqual([...tagKeys.map((key) => `bb tag ${key}`), 'bb anything']);
});
