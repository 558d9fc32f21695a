import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { decisionOf } from '../decision.ts';
import { type KeyState, KeyStates, type KeyUsage } from '../local/key-states.ts';
import { toWindows } from '../windows.ts';
import { createTopKeys, type TopKeys, type TopKeysStore } from './top-keys.ts';
import { localTopKeys } from './top-keys-local.ts';

const startMs = 1_800_000_000_000;
const windows = toWindows({ perMinute: 10 });
const allowed = decisionOf(true, 'redis', []);
const deniedFor = (waitMs: number) =>
  decisionOf(false, 'redis', [
    { name: 'minute', seconds: 60, limit: 10, remaining: 0, waitMs, resetMs: waitMs },
  ]);

const usage = (name: string, units: number, denied = 0, waitMs = 0): KeyUsage => ({
  name,
  units,
  denied,
  waitMs,
});

let nowMs: number;
let local: TopKeysStore;
beforeEach(() => {
  nowMs = startMs;
  local = localTopKeys(() => nowMs);
});

describe('the sums of one process', () => {
  test('are those of the last five to ten minutes', async () => {
    await local.record([usage('default a', 3), usage('default b', 1)]);
    nowMs = startMs + 300_000;
    await local.record([usage('default a', 4, 2, 1000)]);
    expect((await local.report(10)).top).toEqual([
      { limit: 'default', key: 'a', units: 7, denied: 2 },
      { limit: 'default', key: 'b', units: 1, denied: 0 },
    ]);
    nowMs = startMs + 599_999;
    expect((await local.report(1)).top).toMatchObject([{ units: 7 }]);
    nowMs = startMs + 600_000;
    expect((await local.report(10)).top).toEqual([{ limit: 'default', key: 'a', units: 4, denied: 2 }]);
    nowMs = startMs + 900_000;
    expect((await local.report(10)).top).toEqual([]);
  });

  test('are dropped after a longer pause', async () => {
    await local.record([usage('default a', 3)]);
    nowMs = startMs + 660_000;
    expect((await local.report(10)).top).toEqual([]);
  });

  test('name denied keys until the end of their longest wait, also across five minutes', async () => {
    nowMs = startMs + 299_000;
    await local.record([usage('default a', 0, 1, 40_000), usage('auth b c', 0, 1, 3000)]);
    await local.record([usage('default a', 0, 1, 2000)]);
    nowMs = startMs + 301_000;
    expect((await local.report(10)).limited).toEqual([
      { limit: 'default', key: 'a', retryAfterMs: 38_000 },
      { limit: 'auth', key: 'b c', retryAfterMs: 1000 },
    ]);
    nowMs = startMs + 302_000;
    expect((await local.report(10)).limited).toMatchObject([{ key: 'a' }]);
    await local.record([usage('default a', 0, 1, 5000)]);
    await local.release(['default a']);
    expect((await local.report(10)).limited).toEqual([]);
  });
});

describe('reports', () => {
  let records: KeyUsage[][];
  let topKeys: TopKeys;
  let keyStates: KeyStates;
  beforeEach(() => {
    vi.useFakeTimers();
    records = [];
    keyStates = new KeyStates('bb', 'default', windows, 100_000);
    topKeys = createTopKeys({ ...local, record: async (usages) => void records.push([...usages]) });
  });
  afterEach(() => {
    topKeys.close();
    vi.useRealTimers();
  });
  const count = (key: KeyState, decision = allowed, cost = 1) =>
    topKeys.count('default', key, decision, cost);

  test('are sent once a second, with what was used since the last', async () => {
    const key = keyStates.of('a');
    count(key, allowed, 5);
    count(key, deniedFor(1200.2), 3);
    await vi.advanceTimersByTimeAsync(999);
    expect(records).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    count(key);
    await vi.advanceTimersByTimeAsync(3000);
    expect(records).toEqual([[usage('default a', 5, 1, 1201)], [usage('default a', 1)]]);
  });

  test('contain the two hundred keys with most requests, and begin again for the others', async () => {
    const keys = Array.from({ length: 250 }, (_, number) => keyStates.of(`${number}`));
    keys.forEach((key, number) => {
      count(key, allowed, number + 1);
    });
    await topKeys.flush();
    expect(records[0]).toHaveLength(200);
    expect(records[0]?.at(0)).toEqual(usage('default 249', 250));
    expect(records[0]?.at(-1)).toEqual(usage('default 50', 51));
    for (const key of keys.slice(0, 2)) count(key);
    await topKeys.flush();
    expect(records[1]).toEqual([usage('default 0', 1), usage('default 1', 1)]);
  });

  test('count at most ten thousand keys, and all requests of these', async () => {
    const keys = Array.from({ length: 10_001 }, (_, number) => keyStates.of(`${number}`));
    for (const key of keys) count(key);
    for (const number of [0, 9999, 10_000]) count(keys[number] as KeyState, allowed, 10);
    await topKeys.flush();
    expect(records[0]?.slice(0, 3)).toEqual([
      usage('default 0', 11),
      usage('default 9999', 11),
      usage('default 1', 1),
    ]);
  });
});
