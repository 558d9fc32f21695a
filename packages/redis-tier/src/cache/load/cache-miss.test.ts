import type { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { CacheContext } from '../cache-context.ts';
import type { CacheEvent } from '../events.ts';
import { KeySpace } from '../keys.ts';
import { TagCounters } from '../local/tag-counters.ts';
import { type PolicyOptions, resolvePolicy } from '../policy-options.ts';
import type { Send } from '../primary/primary-connection.ts';
import { redisCommands } from '../primary/redis-commands.ts';
import type { Shard } from '../primary/shard.ts';
import { readTimes } from '../read/entry-codec.ts';
import { PolicyCounts } from '../stats/statistics.ts';
import { TtlSimulation } from '../stats/ttl-simulation.ts';
import { type RunMode, runLoads } from './cache-miss.ts';
import { InFlightLoads } from './in-flight-load.ts';
import type { RunContext } from './load-context.ts';
import { ErrorCache } from './recent-errors.ts';
import { VersionSource } from './tag-version.ts';
import { LeaseWaiters } from './wake-ups.ts';

type Command = {
  script: 'acquire' | 'renew' | 'release' | 'store';
  atMs: number;
  keys: string[];
  args: unknown[];
};

/** What the acquire script returns for an entry, as a code; 1 grants the lease. */
let leaseOf: (key: string) => number;
let commands: Command[];
let events: CacheEvent[];
let load: RunContext['load'];
let context: RunContext;
beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  commands = [];
  events = [];
  leaseOf = () => 1;
  load = async (keys) => keys.map((key) => `value of ${key}`);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const redis = {
  async callBuffer(command: string, source: string, count: number, ...rest: unknown[]) {
    // The source shows which script it is.
    if (command === 'EVALSHA') throw new Error('NOSCRIPT');
    const keys = rest.slice(0, count).map(String);
    const args = rest.slice(count);
    const script = (['acquire', 'renew', 'release', 'store'] as const).find((name) =>
      source.includes({ acquire: 'loadable', renew: 'renewed', release: 'released', store: 'results' }[name]),
    );
    if (script === undefined) throw new Error('unknown script');
    commands.push({ script, atMs: Date.now(), keys, args });
    // Every entry has one tag: a lease, an entry and a tag are three keys.
    const entries = keys.filter((key) => key.startsWith('bb:c:')).map((key) => key.slice(-1));
    if (script === 'acquire')
      return [Date.now(), ...entries.map((key) => [leaseOf(key), Buffer.alloc(16, 1)])];
    return script === 'store' ? entries.map(() => 1) : entries.length;
  },
} as unknown as Redis;

const send: Send = (command) => command(redis);
const shard = {
  replicationId: Buffer.alloc(6, 1),
  epoch: 1,
  isTracking: true,
  get redisNowMs() {
    return Date.now();
  },
  observeRedisTime: (redisMs: number) => redisMs,
  commands: redisCommands({
    send,
    sendWithoutDeadline: send,
    unlink: async () => 0,
    keys: new KeySpace('bb'),
  }),
  read: async () => null,
} as unknown as Shard;

/** Loads entries with one-letter keys. */
function run(letters: string, options: Partial<PolicyOptions> = {}, mode: RunMode = 'wait') {
  const policy = resolvePolicy('days', { ttlMs: 60_000, jitter: 0, ...options });
  const counters = new TagCounters();
  const inFlightLoads = new InFlightLoads();
  const parts = {
    keys: new KeySpace('bb'),
    versions: new VersionSource(),
    leaseWaiters: new LeaseWaiters(),
    counters,
    local: null,
    needMs: 1000,
    closed: new AbortController().signal,
    onEvent: (event: CacheEvent) => events.push(event),
  } as unknown as CacheContext;
  const nowMs = () => Date.now();
  context = {
    parts,
    shard,
    ttlMs: undefined,
    policy,
    counts: new PolicyCounts(nowMs, new TtlSimulation(policy, counters, nowMs)),
    failures: new ErrorCache(policy.errorTtlMs),
    load: (keys, signal) => load(keys, signal),
  };
  const tasks = [...letters].map((key) => ({
    key,
    flight: inFlightLoads.begin(parts.keys.entry(policy, { namespace: 'shop', key })),
    seenLoadedAtMs: 0,
  }));
  const outcomes = tasks.map(({ flight }) => flight.join().catch((error: unknown) => error));
  const ended = runLoads(context, tasks, mode);
  return { outcomes: Promise.all(outcomes), ended };
}

const sent = (script: Command['script']) => commands.filter((command) => command.script === script);
const leaseKeys = (letters: string) => [...letters].map((key) => `bb:l:{shop}:days:1:${key}`);
const take = (ms: number) => {
  load = async (keys) => {
    await new Promise((resolve) => setTimeout(resolve, ms));
    return keys.map(() => 1);
  };
};

describe('leases', () => {
  test('of all entries of a load are renewed every third of their life, until it ends', async () => {
    take(6500);
    const { ended } = run('ab', { leaseMs: 3000 });
    await vi.advanceTimersByTimeAsync(20_000);
    await ended;
    const renewals = sent('renew');
    expect(renewals.map(({ atMs }) => atMs)).toEqual([1000, 2000, 3000, 4000, 5000, 6000]);
    const tokens = sent('acquire')[0]?.args.filter((arg) => Buffer.isBuffer(arg) && arg.length === 16);
    for (const { keys, args } of renewals) {
      expect(keys).toEqual(leaseKeys('ab'));
      // The first of these is the version of created tags.
      expect(args).toEqual([3000, ...(tokens?.slice(1) ?? [])]);
    }
  });

  test('that others hold are waited for, with a new request every 200 ms, and then no longer', async () => {
    leaseOf = () => 2;
    const { outcomes, ended } = run('a', { leaseWaitMs: 900 });
    await vi.advanceTimersByTimeAsync(899);
    expect(sent('acquire').map(({ atMs }) => atMs)).toEqual([0, 200, 400, 600, 800]);
    expect(context.counts.loads).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    await ended;
    expect(await outcomes).toMatchObject([
      { source: 'miss', stored: false, loadedAtMs: 900, expiresAtMs: 900 },
    ]);
    expect(context.counts).toMatchObject({ loads: 1, leaseWaits: 5 });
    expect(sent('store')).toEqual([]);
  });

  test('that others hold are requested again as soon as any of them is released', async () => {
    leaseOf = () => 2;
    const { ended } = run('ab');
    await vi.advanceTimersByTimeAsync(50);
    leaseOf = () => 1;
    context.parts.leaseWaiters.wake(leaseKeys('b')[0] ?? '');
    await vi.advanceTimersByTimeAsync(0);
    await ended;
    expect(sent('acquire').map(({ atMs }) => atMs)).toEqual([0, 50]);
  });

  test('that are granted are used at once, and the others are waited for afterwards', async () => {
    leaseOf = (key) => (key === 'b' ? 1 : 2);
    const loaded: string[] = [];
    load = async (keys) => {
      loaded.push(keys.join(''));
      return keys.map(() => 1);
    };
    const { ended } = run('abc', { leaseWaitMs: 300 });
    await vi.advanceTimersByTimeAsync(0);
    expect(loaded).toEqual(['b']);
    await vi.advanceTimersByTimeAsync(300);
    await ended;
    expect(loaded).toEqual(['b', 'ac']);
    expect(sent('store').map(({ keys }) => keys[0])).toEqual(leaseKeys('b'));
  });

  test('that others hold are left to them by a refresh', async () => {
    leaseOf = (key) => (key === 'b' ? 1 : 2);
    const { outcomes, ended } = run('ab', {}, 'refresh');
    await vi.advanceTimersByTimeAsync(0);
    await ended;
    expect(await outcomes).toMatchObject([null, { source: 'miss' }]);
    expect(sent('acquire')).toHaveLength(1);
  });

  test.each([
    [4, 'loading failed recently'],
    [5, 'the server refuses writes'],
  ])('with the reply %i are not waited for: %s', async (code) => {
    leaseOf = () => code;
    const { outcomes, ended } = run('a');
    await vi.advanceTimersByTimeAsync(0);
    await ended;
    expect(await outcomes).toMatchObject([{ source: 'miss', stored: false }]);
    expect(sent('store')).toEqual([]);
  });
});

describe('loaded values', () => {
  const stored = () => {
    const [, ...args] = sent('store')[0]?.args ?? [];
    return Array.from({ length: args.length / 4 }, (_, i) => ({
      lifeMs: args[4 * i + 2],
      ...readTimes(args[4 * i + 3] as Buffer),
    }));
  };

  test('are fresh from the lease on, and stored until no use of them is allowed any more', async () => {
    take(700);
    const times = { ttlMs: 60_000, staleWhileRevalidateMs: 5000, staleIfErrorMs: 9000 };
    const { outcomes, ended } = run('a', times);
    await vi.advanceTimersByTimeAsync(700);
    await ended;
    expect(stored()).toEqual([{ lifeMs: 68_300, loadedAtMs: 0, ttlMs: 60_000, loadMs: 700 }]);
    expect(await outcomes).toMatchObject([{ loadedAtMs: 0, expiresAtMs: 60_000 }]);
  });

  test('that are null have their own time, and each time is shortened at random', async () => {
    load = async () => [null, 'null'];
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    const { ended } = run('ab', { ttlMs: 60_000, negativeTtlMs: 1000, jitter: 0.2 });
    await vi.advanceTimersByTimeAsync(0);
    await ended;
    expect(stored().map(({ ttlMs }) => ttlMs)).toEqual([900, 54_000]);
  });

  test('that are too large are not stored, their leases are released, and the others are stored', async () => {
    load = async () => ['x'.repeat(98), 'x'.repeat(99), 'y', 'x'.repeat(200)];
    const { outcomes, ended } = run('abcd', { maxBodyBytes: 100 });
    await vi.advanceTimersByTimeAsync(0);
    await ended;
    expect(sent('store')[0]?.keys.filter((key) => key.startsWith('bb:l:'))).toEqual(leaseKeys('ac'));
    expect(sent('release')).toMatchObject([{ keys: leaseKeys('bd'), args: ['bb:w', 0, {}, {}] }]);
    expect(events).toMatchObject([{ reason: '101 bytes' }, { reason: '202 bytes' }]);
    expect(await outcomes).toHaveLength(4);
  });
});

describe('a load that fails', () => {
  test('marks each of its entries for a while, for this process and the others', async () => {
    load = () => Promise.reject(new Error('database'));
    const { outcomes, ended } = run('ab', { errorTtlMs: 400 });
    await vi.advanceTimersByTimeAsync(0);
    await ended;
    expect(await outcomes).toMatchObject([{ message: 'database' }, { message: 'database' }]);
    expect(sent('release')).toMatchObject([{ keys: leaseKeys('ab'), args: ['bb:w', 400, {}, {}] }]);
    for (const key of ['a', 'b'])
      expect(
        context.failures.find(context.parts.keys.entry(context.policy, { namespace: 'shop', key })),
      ).toBeDefined();
    expect(events).toEqual([{ type: 'load-failed', policy: 'days', reason: 'database' }]);
  });

  test('because it takes too long is aborted at its limit', async () => {
    let signal: AbortSignal | undefined;
    load = (_, control) => {
      signal = control.signal;
      return new Promise(() => {});
    };
    const { outcomes } = run('a', { loadTimeoutMs: 30_000 });
    await vi.advanceTimersByTimeAsync(29_999);
    expect(signal?.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(signal?.aborted).toBe(true);
    expect(await outcomes).toMatchObject([{ name: 'LoadTimeoutError' }]);
  });

  test('for one entry, which is missing in the result, does not fail the others', async () => {
    load = async () => ['one', undefined, 'three'];
    const { outcomes, ended } = run('abc');
    await vi.advanceTimersByTimeAsync(0);
    await ended;
    expect(await outcomes).toMatchObject([
      { source: 'miss' },
      { name: 'UncacheableValueError' },
      { source: 'miss' },
    ]);
    expect(sent('release')).toMatchObject([{ keys: leaseKeys('b') }]);
  });
});
