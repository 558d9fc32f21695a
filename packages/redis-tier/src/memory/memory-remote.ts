/** What the limiters of one driver share, and the server as one of them uses it: always usable. */
import { limitsByLength } from '../limits/check/operator-calls.ts';
import { PendingConsumptions } from '../limits/local/pending-consumptions.ts';
import type { CheckingPrimary } from '../limits/primary/primary.ts';
import type { Remote, RemoteOptions } from '../limits/primary/remote.ts';
import type { StatisticsCounter } from '../limits/statistics.ts';
import type { TopKeysStore } from '../limits/top-keys/top-keys.ts';
import { localTopKeys } from '../limits/top-keys/top-keys-local.ts';
import { LimitStates } from './limit-states.ts';

export class LimitServer {
  readonly states: LimitStates;
  /** The prefix of each open limiter. */
  readonly limiters: Set<{ readonly prefix: string }> = new Set();
  readonly #topKeys = new Map<string, TopKeysStore>();

  constructor(maxLimitKeys: number) {
    this.states = new LimitStates(maxLimitKeys);
  }

  /** The sums of all limiters with the prefix. */
  topKeys(prefix: string, nowMs: () => number): TopKeysStore {
    const known = this.#topKeys.get(prefix);
    if (known !== undefined) return known;
    const store = localTopKeys(nowMs);
    this.#topKeys.set(prefix, store);
    return store;
  }
}

/** `timeMs`: the time of the driver. */
export function memoryRemote(
  server: LimitServer,
  options: RemoteOptions,
  statistics: StatisticsCounter,
  timeMs: () => number,
): Remote {
  const { prefix, nowMs, maxKeys, fleetSize } = options;
  const { states, limiters } = server;
  const self = { prefix };
  limiters.add(self);
  // Windows are counted in whole ms, as on a server.
  const wholeMs = (): number => Math.floor(timeMs());
  const pendingConsumption = new PendingConsumptions(maxKeys);
  const primary: CheckingPrimary = {
    get usable() {
      return limiters.has(self);
    },
    send({ redisKey, windows, cost, resolve }) {
      statistics.countCall(1);
      const sentMs = nowMs();
      const reply = states.check(redisKey, windows, cost, wholeMs());
      queueMicrotask(() => resolve({ reply, at: 0, sentMs }));
    },
    pendingConsumption,
  };
  return {
    get usable() {
      return primary.usable;
    },
    primaryOf: () => primary,
    pendingConsumption,
    get fleetSize() {
      return fleetSize?.() ?? [...limiters].filter((other) => other.prefix === prefix).length;
    },
    operator: {
      async reset(_, redisKeys) {
        for (const redisKey of redisKeys) states.reset(redisKey);
      },
      async override({ redisKey, windows }, limits) {
        states.override(redisKey, windows, limitsByLength(windows, limits));
      },
    },
    topKeys: () => server.topKeys(prefix, timeMs),
    close: () => limiters.delete(self),
  };
}
