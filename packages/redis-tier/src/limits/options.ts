import type { RedisClient } from '../connection/index.ts';
import type { CircuitBreakerState } from '../connection/internal.ts';
import type { Clock } from '../core/index.ts';
import {
  aBoolean,
  aClientOrDriver,
  aFunction,
  anObject,
  anObjectWith,
  aPrefix,
  type Checks,
  integerFrom,
  oneOf,
  optional,
  orNull,
  timers,
} from '../core/internal.ts';
import type { Decision } from './decision.ts';
import type { LimiterDriver } from './primary/remote.ts';
import type { LimiterStatistics } from './statistics.ts';
import type { TopKeysReport } from './top-keys/top-keys.ts';
import type { NamedLimits, WindowOptions } from './windows.ts';

export type LimitOptions = {
  readonly windows: NamedLimits | readonly WindowOptions[];
  /**
   * The policy while the server is unavailable. fail-closed: every request is denied as an outage. local: this process
   * limits its keys to its share of the fleet.
   */
  readonly onOutage: 'fail-closed' | 'local';
};

export type LimiterOptions<Name extends string> = {
  /**
   * The limiter's own connection, without offline queue and retries; for any other client, the limiter opens such a
   * connection to the same server. Or the client of a cluster, to whose primaries the limiter opens its own
   * connections. The caller closes what it passes in. null: no server by design; this process decides
   * alone, with the full limits. A memory driver: for development and tests.
   */
  readonly redis: RedisClient | LimiterDriver | null;
  /** Prefix of all keys, without braces. Default `bb`. */
  readonly prefix?: string;
  readonly limits: Readonly<Record<Name, LimitOptions>>;
  /** A clock that does not go back. Default: the monotonic clock of the process. */
  readonly clock?: Clock;
  /** Longest time without any reply while checks wait, in ms. Default 100. */
  readonly deadlineMs?: number;
  /** How often the primary in use is compared with the one behind the endpoint, in ms. Default 10,000. */
  readonly endpointCheckMs?: number;
  /**
   * Processes that share the limits, at least 1. Read while the server is unavailable. Default: they count
   * themselves.
   */
  readonly fleetSize?: () => number;
  /** Interval between two counts of the fleet, in ms. Default 10,000. */
  readonly fleetIntervalMs?: number;
  /**
   * Maximum limit keys, and maximum pending consumptions, that the process remembers. The most recently used half of
   * the keys is always remembered; a key with three windows takes about a kilobyte. Default 20,000.
   */
  readonly maxKeys?: number;
  /**
   * Whether the fleet records which keys use most and which are denied, for `topKeys()`. Limit keys are then written
   * to the server in clear text. Default false.
   */
  readonly topKeys?: boolean;
  /** Called when the server becomes unavailable or available. */
  readonly onChange?: (state: CircuitBreakerState, reason: string) => void;
  /** Called with errors that the server returns instead of a decision, such as that it is full. */
  readonly onError?: (error: Error) => void;
};

/** The limits are checked one by one: see `limitChecks`. */
export const limiterChecks: Checks<LimiterOptions<string>> = {
  redis: orNull(aClientOrDriver('openRemote')),
  prefix: optional(aPrefix),
  limits: anObject,
  clock: optional(anObjectWith('nowMs')),
  deadlineMs: optional(integerFrom(1, 60_000)),
  endpointCheckMs: optional(integerFrom(10, 3_600_000)),
  fleetSize: optional(aFunction),
  fleetIntervalMs: optional(integerFrom(10, 3_600_000)),
  maxKeys: optional(integerFrom(2, 100_000_000)),
  topKeys: optional(aBoolean),
  onChange: optional(aFunction),
  onError: optional(aFunction),
};

/** The windows are checked one by one: see `toWindows`. */
export const limitChecks: Checks<LimitOptions> = {
  windows: (value) => (typeof value === 'object' && value !== null ? undefined : 'an object or a list'),
  onOutage: oneOf('fail-closed', 'local'),
};

export type LimitKeyRequest<Name extends string> = { readonly limit: Name; readonly key: string };

export type Limiter<Name extends string> = {
  /**
   * Decides one request and consumes its cost, a whole number of units from 1 (default 1), in all windows or in none.
   * Throws RangeError when the cost is above a limit of the key, because it could never be allowed.
   */
  check(request: LimitKeyRequest<Name> & { readonly cost?: number }): Promise<Decision>;
  /** The state of the limit key, and whether one more unit would be allowed. Consumes nothing. */
  peek(request: LimitKeyRequest<Name>): Promise<Decision>;
  /** Clears the usage of the limit key, for one limit or for all. Throws RedisUnavailableError. */
  reset(request: { readonly key: string; readonly limit?: Name }): Promise<void>;
  /**
   * Overrides the limits of a key by the names of windows, replacing earlier overrides; an empty object removes them.
   * Other processes may deny the key for up to five seconds more. Throws RedisUnavailableError, and RangeError for a
   * bad limit.
   */
  override(
    request: LimitKeyRequest<Name> & { readonly limits: Readonly<Record<string, number>> },
  ): Promise<void>;
  /**
   * Keys that use most and keys that are denied now, in the whole fleet: at most `most` entries of each, default 50.
   * Throws RedisUnavailableError, and RangeError without the option `topKeys`.
   */
  topKeys(most?: number): Promise<TopKeysReport>;
  statistics(): LimiterStatistics;
  /** What decides now. In a cluster: outage while any primary is unavailable, although only its keys are affected. */
  readonly state: 'redis' | 'local' | 'outage';
  /** Stops using the connection, which the caller closes. Not reported as an outage. */
  close(): void;
  /** As `close()`, for `using` and `await using`. */
  [Symbol.dispose](): void;
};

/** Ms since the epoch, measured from the start of the process; does not go back when the machine's clock does. */
export const monotonicClock: Clock = { nowMs: () => performance.timeOrigin + timers.now() };
