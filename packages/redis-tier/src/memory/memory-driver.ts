/**
 * Replaces Redis within one process, for development and tests. The engines of cache and limiter are those of
 * production: the driver replaces only what they ask of a primary. Nothing is shared with other processes, and nothing
 * survives the process.
 */
import type { CacheDriver } from '../cache/primary/shards.ts';
import type { Clock } from '../core/index.ts';
import { anObjectWith, type Checks, checkOptions, integerFrom, optional } from '../core/internal.ts';
import type { LimiterDriver } from '../limits/primary/remote.ts';
import { LimitServer, memoryRemote } from './memory-remote.ts';
import { MemoryServer } from './memory-server.ts';
import { MemoryShard } from './memory-shard.ts';

export type MemoryDriverOptions = {
  /**
   * Maximum size of all entries, tags and leases in bytes, as an estimate. The least recently used are dropped first.
   * Default 64 MiB.
   */
  readonly maxBytes?: number;
  /**
   * Maximum limit keys, from 2, of all limits together. The most recently used half is always remembered; a key that is
   * dropped has its full limits again. Default 20,000.
   */
  readonly maxLimitKeys?: number;
  /** The time of the driver, which does not go back. Default: the clock of each cache and limiter. */
  readonly clock?: Clock;
};

/**
 * Pass it as `redis` to `createCache` and `createLimiter`. Those that share a driver and a prefix behave as processes
 * that share a Redis. There is nothing to close.
 */
export type MemoryDriver = CacheDriver & LimiterDriver;

export const memoryDriverChecks: Checks<MemoryDriverOptions> = {
  maxBytes: optional(integerFrom(1, 64 * 1024 ** 3)),
  maxLimitKeys: optional(integerFrom(2, 100_000_000)),
  clock: optional(anObjectWith('nowMs')),
};

/** @throws RangeError for an option out of range */
export function createMemoryDriver(options: MemoryDriverOptions = {}): MemoryDriver {
  checkOptions('createMemoryDriver', options, memoryDriverChecks, (message) => new RangeError(message));
  const { maxBytes = 64 * 1_048_576, maxLimitKeys = 20_000, clock } = options;
  const server = new MemoryServer(maxBytes);
  const limits = new LimitServer(maxLimitKeys);
  return {
    openShards(shardOptions) {
      const shard = new MemoryShard(server, shardOptions, clock ?? shardOptions.clock);
      const all = [shard];
      return { of: () => shard, all: () => all, moved: () => {}, close: () => shard.close() };
    },
    openRemote: (remoteOptions, statistics) =>
      memoryRemote(
        limits,
        remoteOptions,
        statistics,
        clock === undefined ? remoteOptions.nowMs : () => clock.nowMs(),
      ),
  };
}
