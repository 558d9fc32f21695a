import type { Cluster, Redis } from 'ioredis';
import type { CircuitBreakerState } from '../connection/index.ts';
import type { Clock } from '../core/index.ts';
import type { Decision } from './decision.ts';
import type { LimiterStatistics } from './statistics.ts';
import type { TopKeysReport } from './top-keys/top-keys.ts';
import type { NamedLimits, WindowOptions } from './windows.ts';

export type LimitOptions = {
  readonly windows: NamedLimits | readonly WindowOptions[];
  /**
   * What happens while the server is away. closed: every request is turned away as an outage. local: this process
   * holds its subjects to the fleet's share.
   */
  readonly onOutage: 'closed' | 'local';
};

export type LimiterOptions<Name extends string> = {
  /**
   * A connection of the limiter's own, without a queue for times offline and without retries, or the client of a
   * cluster, to whose primaries the limiter opens connections of its own. The caller closes it. null: there is no server by intent, and this process alone decides, with the whole limits.
   */
  readonly redis: Redis | Cluster | null;
  /** First part of all keys; without braces. Default `bb`. */
  readonly prefix?: string;
  readonly limits: Readonly<Record<Name, LimitOptions>>;
  /** A clock that does not go back. Default: the process's own. */
  readonly clock?: Clock;
  /** Longest time without any reply while checks wait, in ms. Default 100. */
  readonly deadlineMs?: number;
  /** Processes that share the limits, at least 1. Asked while the server is away. Default: they count themselves. */
  readonly fleetSize?: () => number;
  /** Pause between two counts of the fleet, in ms. Default 10,000. */
  readonly fleetIntervalMs?: number;
  /**
   * Most subjects, with what was last told of them, and most later charges that the process remembers, each. Of subjects
   * the half that asked last is always remembered; one with three windows takes about a kilobyte. Default 20,000.
   */
  readonly maxKeys?: number;
  /**
   * Whether the fleet keeps account of who uses most and who is limited, for `watched`. Subjects are then written to the
   * server as they are. Default false.
   */
  readonly topKeys?: boolean;
  /** Hears when the server is lost and found. */
  readonly onChange?: (state: CircuitBreakerState, reason: string) => void;
  /** Hears what the server replies instead of a decision, such as that it is full. */
  readonly onError?: (error: Error) => void;
};

export type LimitKeyRequest<Name extends string> = { readonly limit: Name; readonly key: string };

export type Limiter<Name extends string> = {
  /**
   * Decides one request and enters its cost, a whole number of units from 1 (default 1), in all windows or in none.
   * Throws RangeError when the cost is above a limit of the subject: it could never be allowed.
   */
  check(request: LimitKeyRequest<Name> & { readonly cost?: number }): Promise<Decision>;
  /** How the subject stands, and whether one more unit would be allowed. Enters nothing. */
  peek(request: LimitKeyRequest<Name>): Promise<Decision>;
  /** Forgets what the subject has used, of one resource or of all. Throws RedisUnavailableError. */
  reset(request: { readonly key: string; readonly limit?: Name }): Promise<void>;
  /**
   * Gives a subject limits of its own, by the names of windows, in place of those it had; none takes them back. Other
   * processes may refuse it for five seconds more. Throws RedisUnavailableError, and RangeError for a bad limit.
   */
  override(
    request: LimitKeyRequest<Name> & { readonly limits: Readonly<Record<string, number>> },
  ): Promise<void>;
  /**
   * Who uses most, and who is limited at this moment, in the whole fleet: at most `most` entries of each, default 50.
   * Throws RedisUnavailableError, and RangeError where `watch` was not asked for.
   */
  topKeys(most?: number): Promise<TopKeysReport>;
  statistics(): LimiterStatistics;
  /** Who decides at this moment. In a cluster: outage while any primary is away, though for its subjects alone. */
  readonly state: 'redis' | 'local' | 'outage';
  /** Ends the guard of the connection, not the connection. */
  close(): void;
};

/** The process's own time in ms since the epoch as of its start; it does not go back when the machine's clock does. */
export const monotonicClock: Clock = { nowMs: () => performance.timeOrigin + performance.now() };
