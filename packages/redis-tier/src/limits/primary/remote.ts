import type { RedisClient } from '../../connection/index.ts';
import { type CircuitBreakerState, endpointCheckIntervalMs } from '../../connection/internal.ts';
import { createOperatorCalls, type OperatorCommands } from '../check/operator-calls.ts';
import type { StatisticsCounter } from '../statistics.ts';
import type { TopKeysStore } from '../top-keys/top-keys.ts';
import { remoteTopKeys } from '../top-keys/top-keys-on-server.ts';
import { primariesOf } from './primaries.ts';
import type { CheckingPrimary, Primary } from './primary.ts';
import { createFleet } from './process-count.ts';

/** The server, or all primaries of a cluster, as the limiter uses them. */
export type Remote = {
  /** False while any primary is unavailable. */
  readonly usable: boolean;
  /** The primary that owns the keys with this hash tag. */
  primaryOf(hashTag: string): CheckingPrimary;
  /** Consumptions to be reported, and those dropped, over all primaries. */
  readonly pendingConsumption: { readonly waiting: number; readonly lost: number };
  /** Processes that share the limits, as of the last count. */
  readonly fleetSize: number;
  readonly operator: OperatorCommands;
  /** The sums of top keys of the fleet. */
  topKeys(): TopKeysStore;
  close(): void;
};

/** Those of the limiter; see there. */
export type RemoteOptions = {
  readonly deadlineMs?: number;
  readonly endpointCheckMs?: number;
  readonly fleetSize?: () => number;
  readonly fleetIntervalMs?: number;
  readonly onChange?: (state: CircuitBreakerState, reason: string) => void;
  readonly onError?: (error: Error) => void;
  readonly prefix: string;
  readonly nowMs: () => number;
  readonly maxKeys: number;
};

/** A driver that counts for several limiters without a server. */
export type LimiterDriver = {
  openRemote(options: RemoteOptions, statistics: StatisticsCounter): Remote;
};

export function openRemote(
  redis: RedisClient | LimiterDriver,
  options: RemoteOptions,
  statistics: StatisticsCounter,
): Remote {
  return 'openRemote' in redis
    ? redis.openRemote(options, statistics)
    : createRemote(redis, options, statistics);
}

function createRemote(redis: RedisClient, options: RemoteOptions, statistics: StatisticsCounter): Remote {
  const { deadlineMs = 100, fleetSize, fleetIntervalMs = 10_000, onChange, onError } = options;
  const { prefix, nowMs, maxKeys } = options;
  const primaries = primariesOf(redis, {
    deadlineMs,
    endpointCheckMs: options.endpointCheckMs ?? endpointCheckIntervalMs,
    nowMs,
    maxKeys,
    statistics,
    onChange: (state, reason) => {
      if (state === 'closed') fleet?.heartbeat();
      onChange?.(state, reason);
    },
    onError,
  });
  const fleet =
    fleetSize === undefined
      ? createFleet({ primaryOf: primaries.of, prefix, intervalMs: fleetIntervalMs })
      : undefined;
  const sum = (pick: (primary: Primary) => number): number =>
    primaries.all().reduce((total, primary) => total + pick(primary), 0);
  return {
    get usable() {
      const all = primaries.all();
      return all.length > 0 && all.every((primary) => primary.usable);
    },
    primaryOf: primaries.of,
    pendingConsumption: {
      get waiting() {
        return sum(({ pendingConsumption }) => pendingConsumption.waiting);
      },
      get lost() {
        return sum(({ pendingConsumption }) => pendingConsumption.lost);
      },
    },
    get fleetSize() {
      return fleetSize?.() ?? fleet?.size ?? 1;
    },
    operator: createOperatorCalls(primaries.of),
    topKeys: () => remoteTopKeys(primaries.of, prefix),
    close(): void {
      fleet?.close();
      primaries.close();
    },
  };
}
