import { setMaxListeners } from 'node:events';
import { endpointCheckIntervalMs } from '../connection/internal.ts';
import { systemClock } from '../core/index.ts';
import { checkOptions, timers } from '../core/internal.ts';
import type { CacheContext } from './cache-context.ts';
import { type CacheOptions, cacheChecks } from './cache-options.ts';
import type { CacheResult } from './cache-result.ts';
import { InvalidCacheUseError } from './errors.ts';
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

export type Cache<Name extends string = string> = {
  /** @throws InvalidCacheUseError for an unknown policy name */
  policy(name: Name): PolicyCache;
  /**
   * Invalidates all entries of the namespace that name one of the tags; without tags, all entries of the namespace.
   * Call it after the change is committed, even when the outcome of the commit is unknown.
   *
   * Resolves at the primary's acknowledgement with `applied: true`. From then on, no process reads the old value as
   * fresh from Redis. `applied: false`: Redis could not take the invalidation; it is pending and is applied before
   * Redis is used again.
   *
   * @throws InvalidCacheUseError for a namespace or tag out of range
   */
  invalidate(namespace: string, tags?: readonly string[]): Promise<{ applied: boolean }>;
  /**
   * Applies an invalidation to this process alone: to its local tier and its running loads. For invalidations that
   * arrive by another way while Redis is unavailable, such as a table of the database, so that nothing invalidated is
   * returned as stale. Those that arrive twice are harmless.
   *
   * @throws InvalidCacheUseError for a namespace or tag out of range
   */
  invalidateLocal(namespace: string, tags?: readonly string[]): void;
  /**
   * Combines results that a derived value was made from, so that the derived value can be reused without lookups. Null
   * when one of the results did not come from the local tier.
   */
  combine(results: readonly CacheResult<unknown>[]): CombinedResult | null;
  /** Whether Redis is usable now; for a cluster, every primary. */
  readonly available: boolean;
  /** Resolves with true when Redis is usable, or with false after `timeoutMs`. */
  ready(timeoutMs: number): Promise<boolean>;
  statistics(): CacheStatistics;
  /** Keys of entries, page by page. @throws RedisUnavailableError, InvalidCacheUseError */
  keys(filter: { namespace?: string; policy?: Name; cursor?: string; limit?: number }): Promise<KeysPage>;
  /**
   * Waits up to `timeoutMs` (default 1000) for running loads to finish and be stored, aborts the others through their
   * signals, whose callers get CacheClosedError, and stops using Redis. Reports no outage. The caller closes the
   * connection for commands. Later calls load without Redis.
   */
  close(timeoutMs?: number): Promise<void>;
  /** As `close()`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
};

const retryPendingEveryMs = 1000;
/** Time for aborted loads to release their leases, in ms. */
const releaseWithinMs = 100;

/**
 * @throws InvalidCacheUseError for a policy or prefix out of range
 * @throws UnsupportedClientError for a client with an option that changes names or replies, or reads from replicas
 */
export function createCache<Name extends string>(options: CacheOptions<Name>): Cache<Name> {
  checkOptions('createCache', options, cacheChecks, (message) => new InvalidCacheUseError(message));
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
  const errorCaches = new Map<string, ErrorCache>();
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
      for (const errors of errorCaches.values()) errors.forget(tagKeys);
    },
  });
  const localOptions = options.local ?? { maxBytes: 32 * 1_048_576 };
  const local = enabled && localOptions !== false ? new LocalTier(localOptions.maxBytes, counters) : null;
  const shards: Shards = openShards(enabled ? redis : null, {
    keys,
    clock,
    entryClock: options.entryClock ?? null,
    deadlineMs,
    endpointCheckMs: options.endpointCheckMs ?? endpointCheckIntervalMs,
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
  const closing = new AbortController();
  // One for each running load, of which there is no maximum.
  setMaxListeners(0, closing.signal);
  const retry = timers
    .setInterval(() => {
      for (const shard of shards.all())
        if (shard.replicationId !== null && invalidations.hasPending(shard))
          invalidations.apply(shard, false).catch(() => {});
    }, retryPendingEveryMs)
    .unref();

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
    closed: closing.signal,
    needMs: Math.max(0, ...policies.map((policy) => hardTtlMs(policy) + policy.leaseMs)),
    onEvent,
  };
  for (const policy of policies) {
    const entryNowMs = (): number => (options.entryClock ?? clock).nowMs();
    const counts = new PolicyCounts(() => clock.nowMs(), new TtlSimulation(policy, counters, entryNowMs));
    const failures = new ErrorCache(policy.errorTtlMs);
    errorCaches.set(policy.name, failures);
    const reader = new PolicyReader({ parts, policy, counts, failures });
    readers.set(policy.name, { policy, counts, reader });
  }
  const known = (name: string): { policy: Policy; reader: PolicyCache } => {
    const found = readers.get(name);
    if (found === undefined) throw new InvalidCacheUseError(`Unknown policy ${JSON.stringify(name)}`);
    return found;
  };

  const close = async (timeoutMs = 1000): Promise<void> => {
    await loadsEnd(parts.running, timeoutMs);
    closing.abort();
    await loadsEnd(parts.running, releaseWithinMs);
    timers.clearInterval(retry);
    shards.close();
  };

  return {
    policy: (name) => known(name).reader,
    invalidate: async (namespace, tags = []) => {
      if (enabled) return await invalidations.invalidate(namespace, tags);
      invalidations.invalidateLocal(namespace, tags);
      return { applied: true };
    },
    invalidateLocal: (namespace, tags = []) => invalidations.invalidateLocal(namespace, tags),
    combine: (results) => (local === null ? null : combineResults(results, { local, counters, clock })),
    get available() {
      return isUsed();
    },
    ready: (timeoutMs) =>
      new Promise((resolve) => {
        const settle = (isReady: boolean): void => {
          timers.clearTimeout(timer);
          readyListeners.delete(onReady);
          resolve(isReady);
        };
        const onReady = (): void => settle(true);
        const timer = timers.setTimeout(() => settle(isUsed()), timeoutMs);
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
    keys: async ({ namespace, policy, cursor = '0', limit = 100 }) => {
      if (namespace !== undefined) checkNamespace(namespace);
      const pattern = keys.entryPattern(namespace, policy === undefined ? undefined : known(policy).policy);
      const scanned = namespace === undefined ? shards.all() : [shards.of(namespace)];
      return await scanKeys(scanned, pattern, cursor, limit);
    },
    close,
    [Symbol.asyncDispose]: () => close(),
  };
}

/** Resolves when no load runs, or after `timeoutMs`. */
async function loadsEnd(running: ReadonlySet<Promise<void>>, timeoutMs: number): Promise<void> {
  const endMs = timers.now() + timeoutMs;
  while (running.size > 0 && timers.now() < endMs) {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise((resolve) => {
      timer = timers.setTimeout(resolve, endMs - timers.now());
    });
    await Promise.race([Promise.all(running), timeout]);
    timers.clearTimeout(timer);
  }
}
