import type { RedisClient } from '../connection/index.ts';
import type { Clock } from '../core/index.ts';
import {
  aBoolean,
  aClientOrDriver,
  aFunction,
  anObject,
  anObjectWith,
  aPrefix,
  type Check,
  type Checks,
  integerFrom,
  optional,
} from '../core/internal.ts';
import type { OnCacheEvent } from './events.ts';
import type { PolicyOptions } from './policy-options.ts';
import type { CacheDriver } from './primary/shards.ts';

export type CacheOptions<Name extends string> = {
  /**
   * The connection for commands, as `connect` opens it: no offline queue, no retries. For any other client, the cache
   * opens such a connection to the same server. It opens one more for notifications. Of a cluster client, the cache uses
   * only the slot map and opens two connections to each primary. The caller closes what it passes in. A memory driver: for
   * development and tests.
   */
  redis: RedisClient | CacheDriver;
  policies: Readonly<Record<Name, PolicyOptions>>;
  /** Prefix of all names in Redis. Default 'bb'. */
  prefix?: string;
  /** Default: the system clock. */
  clock?: Clock;
  /**
   * Entries age by this clock instead of Redis time, for simulations. All processes that share entries must use the
   * same clock. TTLs in Redis still run in real time.
   */
  entryClock?: Clock;
  /** False: every call loads, and Redis is not used. Default true. */
  enabled?: boolean;
  /** The tier in this process: its maximum size, or false for none. Default 32 MiB. */
  local?: { maxBytes: number } | false;
  /** Longest time without a reply while commands wait, in ms. Default 50. */
  deadlineMs?: number;
  /**
   * How often the primary in use is compared with the one behind the endpoint, over a fresh connection, in ms. After a
   * split, a process serves what another primary has invalidated for at most this long. Default 10,000.
   */
  endpointCheckMs?: number;
  /** Receives the events of the cache, as do subscribers of the channel `redis-tier:cache:event`. */
  onEvent?: OnCacheEvent;
};

const localTier: Check = (value) => {
  const maxBytes = (value as { maxBytes?: unknown } | null)?.maxBytes;
  const isValid = value === false || integerFrom(1, 64 * 1024 ** 3)(maxBytes) === undefined;
  return isValid ? undefined : 'false, or { maxBytes } with a whole number of bytes up to 64 GiB';
};

/** The policies are checked one by one: see `policyChecks`. */
export const cacheChecks: Checks<CacheOptions<string>> = {
  redis: aClientOrDriver('openShards'),
  policies: anObject,
  prefix: optional(aPrefix),
  clock: optional(anObjectWith('nowMs')),
  entryClock: optional(anObjectWith('nowMs')),
  enabled: optional(aBoolean),
  local: optional(localTier),
  deadlineMs: optional(integerFrom(1, 60_000)),
  endpointCheckMs: optional(integerFrom(10, 3_600_000)),
  onEvent: optional(aFunction),
};
