import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { runScript, type ScriptClient } from '../../../packages/redis-tier/src/limits/check/run-script.ts';
import type { KeyUsage } from '../../../packages/redis-tier/src/limits/local/key-states.ts';
import type { Primary } from '../../../packages/redis-tier/src/limits/primary/primary.ts';
import type { TopKeysStore } from '../../../packages/redis-tier/src/limits/top-keys/top-keys.ts';
import { remoteTopKeys } from '../../../packages/redis-tier/src/limits/top-keys/top-keys-on-server.ts';
import { connectForLimits } from '../../support/limits/connected.ts';
import { ownPrefix } from '../../support/redis-tier/cache-bench.ts';

const startMs = 1_800_000_000_000;
const usage = (key: string, units: number, denied = 0, waitMs = 0): KeyUsage => ({
  name: `default ${key}`,
  units,
  denied,
  waitMs,
});

let redis: Redis;
beforeAll(async () => {
  redis = await connectForLimits(inject('redisUrl'));
});
afterAll(() => redis.disconnect());

let nowMs: number;
let store: TopKeysStore;
beforeEach(() => {
  nowMs = startMs;
  const client = redis as unknown as ScriptClient;
  const primary = {
    run: (script, keys, args) => runScript(client, script, keys, args),
  } as Pick<Primary, 'run'> as Primary;
  store = remoteTopKeys(
    () => primary,
    ownPrefix(),
    () => nowMs,
  );
});

describe('the sums on the server', () => {
  test('are those of the last five to ten minutes, over all reports', async () => {
    await store.record([usage('a', 3), usage('b', 1, 2, 60_000)]);
    await store.record([usage('a', 1)]);
    nowMs = startMs + 300_000;
    await store.record([usage('a', 4), usage('b', 0, 3, 60_000)]);
    expect((await store.report(10)).top).toEqual([
      { limit: 'default', key: 'a', units: 8, denied: 0 },
      { limit: 'default', key: 'b', units: 1, denied: 5 },
    ]);
    nowMs = startMs + 600_000;
    expect((await store.report(10)).top).toEqual([
      { limit: 'default', key: 'a', units: 4, denied: 0 },
      { limit: 'default', key: 'b', units: 0, denied: 3 },
    ]);
    nowMs = startMs + 900_000;
    expect((await store.report(10)).top).toEqual([]);
  });

  test('name denied keys with their longest wait, longest first, until each is released', async () => {
    await store.record([usage('a', 0, 1, 600_000), usage('b', 0, 1, 900_000), usage('c', 0, 1, 300_000)]);
    await store.record([usage('a', 0, 1, 1000)]);
    nowMs = startMs + 900_000;
    const { limited } = await store.report(10);
    expect(limited.map(({ key }) => key)).toEqual(['b', 'a', 'c']);
    expect(limited[1]?.retryAfterMs).toBeGreaterThan(300_000);
    expect(limited[1]?.retryAfterMs).toBeLessThanOrEqual(600_000);
    await store.release(['default a', 'default c']);
    expect((await store.report(10)).limited.map(({ key }) => key)).toEqual(['b']);
  });

  test('are those of the thousand keys that use most', async () => {
    for (const from of [0, 600]) {
      const usages = Array.from({ length: 600 }, (_, i) => usage(`${from + i}`, from + i + 1));
      await store.record(usages);
    }
    const { top } = await store.report(2000);
    expect(top).toHaveLength(1000);
    expect(top.at(0)).toMatchObject({ key: '1199', units: 1200 });
    expect(top.at(-1)).toMatchObject({ key: '200', units: 201 });
  });
});
