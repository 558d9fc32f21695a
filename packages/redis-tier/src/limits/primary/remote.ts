import type { RedisClient } from '../../connection/index.ts';
import { endpointCheckIntervalMs } from '../../connection/internal.ts';
import { createOperatorCalls, type OperatorCommands } from '../check/operator-calls.ts';
import type { LimiterOptions } from '../options.ts';
import type { StatisticsCounter } from '../statistics.ts';
import { primariesOf } from './primaries.ts';
import type { Primary } from './primary.ts';
import { createFleet } from './process-count.ts';

/** The server, or all primaries of a cluster, as the limiter uses them. */
export type Remote = {
  /** False while any primary is unavailable. */
  readonly usable: boolean;
  /** The primary that owns the keys with this hash tag. */
  primaryOf(hashTag: string): Primary;
  /** Consumptions to be reported, and those dropped, over all primaries. */
  readonly pendingConsumption: { readonly waiting: number; readonly lost: number };
  /** Processes that share the limits, as of the last count. */
  readonly fleetSize: number;
  readonly operator: OperatorCommands;
  close(): void;
};

export type RemoteOptions = Pick<
  LimiterOptions<string>,
  'deadlineMs' | 'endpointCheckMs' | 'fleetSize' | 'fleetIntervalMs' | 'onChange' | 'onError'
> & {
  prefix: string;
  nowMs: () => number;
  maxKeys: number;
};

export function createRemote(
  redis: RedisClient,
  options: RemoteOptions,
  statistics: StatisticsCounter,
): Remote {
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
    close(): void {
      fleet?.close();
      primaries.close();
    },
  };
}
