import type { Cluster, Redis } from 'ioredis';
import { type Clock, systemClock } from '../core/index.ts';
import type { CacheResult } from './cache-result.ts';
import type { CacheContext } from './core-parts.ts';
import { InvalidCacheUseError } from './errors.ts';
import type { OnCacheEvent } from './events.ts';
import { Invalidations } from './invalidate/invalidations.ts';
import { checkNamespace, KeySpace } from './keys.ts';
import { InFlightLoads } from './load/in-flight-load.ts';
import { ErrorCache } from './load/recent-errors.ts';
import { VersionSource } from './load/tag-version.ts';
import { LeaseWaiters } from './load/wake-ups.ts';
import { LocalTier } from './local/local-tier.ts';
import { TagCounters } from './local/tag-counters.ts';
import { type PolicyCache, PolicyReader } from './policy-cache.ts';
import { hardTtlMs, type Policy, type PolicyOptions, resolvePolicy } from './policy-options.ts';
import { openShards } from './primary/open-shards.ts';
import type { Shards } from './primary/shards.ts';
import { type CombinedResult, combineResults } from './read/combine.ts';
import { type KeysPage, scanKeys } from './read/scan-keys.ts';
import { publishing } from './stats/diagnostics.ts';
import { type CacheStatistics, PolicyCounts, summarize } from './stats/statistics.ts';
import { TtlSimulation } from './stats/ttl-simulation.ts';

export type CacheOptions<Name extends string> = {
  /**
   * The connection for commands, as `connect` opens it: no offline queue, no retries. One more is opened from its
   * settings, to listen. Of a cluster the map alone is used; two connections are opened to each primary. What is handed in
   * stays the caller's to close.
   */
  redis: Redis | Cluster;
  policies: Readonly<Record<Name, PolicyOptions>>;
  /** Begins all names in Redis. Default 'bb'. */
  prefix?: string;
  /** Default the time of this machine. */
  clock?: Clock;
  /**
   * Entries age by it instead of by the time of Redis, which every process that shares them has to do then: for
   * rehearsals in which time is made up. What Redis keeps still ends in real time.
   */
  entryClock?: Clock;
  /** False: every call loads for itself and Redis is not used. Default true. */
  enabled?: boolean;
  /** The tier in this process: bounded in bytes, or none. Default 32 MiB. */
  local?: { maxBytes: number } | false;
  /** Longest time without a reply while commands wait, in ms. Default 50. */
  deadlineMs?: number;
  /** Hears what happens to the cache as a whole; so do subscribers of the channel `redis-tier:cache:event`. */
  onEvent?: OnCacheEvent;
};

export type Cache<Name extends string = string> = {
  /** @throws InvalidCacheUseError for a name that was not given */
  policy(name: Name): PolicyCache;
  /**
   * Makes everything that names one of the tags in the scope out of date; no tags, everything of the scope. Call it when
   * the change is committed, also when the outcome of the commit is unknown.
   *
   * Resolves at the primary's acknowledgement with `applied: true`, after which no process reads the old value as fresh
   * from Redis. `applied: false`: Redis could not take it; it is kept and applied before Redis is used again.
   *
   * @throws InvalidCacheUseError for a scope or tag out of range
   */
  invalidate(namespace: string, tags?: readonly string[]): Promise<{ applied: boolean }>;
  /**
   * Puts answers together of which something was made that is to be kept beside them: whether it is still what would be
   * made costs no look-up then. Null when one of them did not come from the memory of this process.
   */
  combine(results: readonly CacheResult<unknown>[]): CombinedResult | null;
  /** Whether Redis is used at the moment; of a cluster, every primary. */
  readonly available: boolean;
  /** Resolves when Redis is used, or with false after `withinMs`. */
  ready(withinMs: number): Promise<boolean>;
  statistics(): CacheStatistics;
  /** Names of entries, page by page. @throws RedisUnavailableError, InvalidCacheUseError */
  keys(filter: { namespace?: string; policy?: Name; cursor?: string; limit?: number }): Promise<KeysPage>;
  /**
   * Waits for loads under way to end and to be stored, for `withinMs` at the most (default 1000), then ends the use of
   * Redis. The connection for commands stays the caller's to close.
   */
  close(withinMs?: number): Promise<void>;
};

const retryPendingEveryMs = 1000;

/** @throws InvalidCacheUseError for a policy or prefix out of range */
export function createCache<Name extends string>(options: CacheOptions<Name>): Cache<Name> {
  const { redis, clock = systemClock, enabled = true, deadlineMs = 50, prefix = 'bb' } = options;
  const keys = new KeySpace(prefix);
  const onEvent = publishing(prefix, options.onEvent);
  const policies = Object.entries<PolicyOptions>(options.policies).map(([name, of]) =>
    resolvePolicy(name, of),
  );
  const counters = new TagCounters();
  const inFlightLoads = new InFlightLoads();
  const uncachedInFlightLoads = new InFlightLoads();
  const readers = new Map<string, { policy: Policy; counts: PolicyCounts; reader: PolicyCache }>();
  const failures = new Map<string, ErrorCache>();
  const leaseWaiters = new LeaseWaiters();
  const readyListeners = new Set<() => void>();

  const invalidations = new Invalidations({
    keys,
    shardOf: (namespace) => shards.of(namespace),
    onEvent,
    onInvalidate: (namespace, tagKeys) => {
      const { redisNowMs } = shards.of(namespace);
      for (const key of tagKeys) counters.invalidatedHere(key, redisNowMs);
      inFlightLoads.detach(tagKeys);
      uncachedInFlightLoads.detach(tagKeys);
      for (const memory of failures.values()) memory.forget(tagKeys);
    },
  });
  const localOptions = options.local ?? { maxBytes: 32 * 1_048_576 };
  const local = enabled && localOptions !== false ? new LocalTier(localOptions.maxBytes, counters) : null;
  const shards: Shards = openShards(enabled ? redis : null, {
    keys,
    clock,
    entryClock: options.entryClock ?? null,
    deadlineMs,
    counters,
    leaseWaiters,
    invalidations,
    tracksTags: local !== null,
    onEvent,
    onChange: () => {
      if (isUsed()) for (const listener of [...readyListeners]) listener();
    },
  });
  const isUsed = (): boolean =>
    shards.all().length > 0 && shards.all().every(({ replicationId }) => replicationId !== null);
  const retry = setInterval(() => {
    for (const shard of shards.all())
      if (shard.replicationId !== null && invalidations.hasPending(shard))
        invalidations.apply(shard, false).catch(() => {});
  }, retryPendingEveryMs).unref();

  const parts: CacheContext = {
    keys,
    shards,
    versions: new VersionSource(),
    inFlightLoads,
    uncachedInFlightLoads,
    invalidations,
    counters,
    local,
    leaseWaiters,
    running: new Set(),
    needMs: Math.max(0, ...policies.map((policy) => hardTtlMs(policy) + policy.leaseMs)),
    onEvent,
  };
  for (const policy of policies) {
    const agesMs = (): number => (options.entryClock ?? clock).nowMs();
    const counts = new PolicyCounts(() => clock.nowMs(), new TtlSimulation(policy, counters, agesMs));
    const memory = new ErrorCache(policy.errorTtlMs);
    failures.set(policy.name, memory);
    const reader = new PolicyReader({ parts, policy, counts, failures: memory });
    readers.set(policy.name, { policy, counts, reader });
  }
  const known = (name: string): { policy: Policy; reader: PolicyCache } => {
    const found = readers.get(name);
    if (found === undefined) throw new InvalidCacheUseError(`There is no policy ${JSON.stringify(name)}`);
    return found;
  };

  return {
    policy: (name) => known(name).reader,
    invalidate: async (namespace, tags = []) => {
      if (enabled) return await invalidations.invalidate(namespace, tags);
      invalidations.invalidateHere(namespace, tags);
      return { applied: true };
    },
    combine: (results) => (local === null ? null : combineResults(results, { local, counters, clock })),
    get available() {
      return isUsed();
    },
    ready: (withinMs) =>
      new Promise((resolve) => {
        const settle = (isReady: boolean): void => {
          clearTimeout(timer);
          readyListeners.delete(onReady);
          resolve(isReady);
        };
        const onReady = (): void => settle(true);
        const timer = setTimeout(() => settle(isUsed()), withinMs);
        readyListeners.add(onReady);
        if (isUsed()) settle(true);
      }),
    statistics: () => {
      const all = [...readers.values()];
      return {
        policies: Object.fromEntries(
          all.map(({ policy, counts }) => [policy.name, { ...summarize([counts]), timing: counts.timing }]),
        ),
        total: summarize(all.map(({ counts }) => counts)),
        local: {
          entries: local?.entries ?? 0,
          bytes: local?.bytes ?? 0,
          trackingConnected: isUsed() && shards.all().every(({ isTracking }) => isTracking),
        },
        remote: { available: isUsed(), pendingInvalidations: invalidations.pendingNamespaces },
      };
    },
    keys: async ({ namespace: scope, policy, cursor = '0', limit = 100 }) => {
      if (scope !== undefined) checkNamespace(scope);
      const pattern = keys.entryPattern(scope, policy === undefined ? undefined : known(policy).policy);
      const asked = scope === undefined ? shards.all() : [shards.of(scope)];
      return await scanKeys(asked, pattern, cursor, limit);
    },
    close: async (withinMs = 1000) => {
      const endMs = performance.now() + withinMs;
      while (parts.running.size > 0 && performance.now() < endMs) {
        const rest = new Promise((resolve) => setTimeout(resolve, endMs - performance.now()).unref());
        await Promise.race([Promise.all(parts.running), rest]);
      }
      clearInterval(retry);
      shards.close();
    },
  };
}
