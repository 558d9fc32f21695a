/** The usage of limit keys, as the scripts of Redis count it, for all limiters of one driver. */
import { replyBytes } from '../limits/decision.ts';
import { BoundedMap } from '../limits/local/bounded-map.ts';
import type { LocalUsage } from '../limits/local/key-states.ts';
import { clearAdmissions, decideLocally } from '../limits/local/local-limiter.ts';
import { SubBuckets } from '../limits/local/sub-buckets.ts';
import type { Window } from '../limits/windows.ts';

type LimitState = {
  readonly windows: readonly Window[];
  /** Limits by the length of their windows in ms. */
  overrides: ReadonlyMap<number, number>;
  localUsage: LocalUsage;
  /** Time of the last check. */
  lastMs: number;
};

export class LimitStates {
  readonly #states: BoundedMap<LimitState>;

  constructor(maxLimitKeys: number) {
    this.#states = new BoundedMap(maxLimitKeys);
  }

  /** Decides as the check script does; cost 0 only reads the state. Returns the reply of the script. */
  check(redisKey: string, windows: readonly Window[], cost: number, nowMs: number): Buffer {
    const state = this.#stateOf(redisKey, windows);
    // A clock that was set back by more than every window: otherwise the key would be denied for the whole step.
    if (state.lastMs - nowMs > Math.max(...windows.map(({ lengthMs }) => lengthMs))) clearAdmissions(state);
    state.lastMs = nowMs;
    const reply = Buffer.alloc(replyBytes(windows));
    if (state.localUsage.limits.some((limit) => cost > limit)) {
      reply[0] = 2;
      return reply;
    }
    const { allowed, perWindow } = decideLocally(state, cost, nowMs, 1);
    reply[0] = allowed ? 1 : 0;
    let at = 1;
    for (const { limit, remaining, waitMs, resetMs } of perWindow)
      for (const number of [limit, remaining, waitMs, resetMs]) at = reply.writeUInt32BE(number, at);
    return reply;
  }

  /** Clears the usage of a limit key. Its overrides stay. */
  reset(redisKey: string): void {
    const state = this.#states.get(redisKey);
    if (state !== undefined) clearAdmissions(state);
  }

  /** Replaces the overrides of a limit key. Its usage stays. */
  override(redisKey: string, windows: readonly Window[], overrides: ReadonlyMap<number, number>): void {
    const state = this.#stateOf(redisKey, windows);
    state.overrides = overrides;
    state.localUsage.limits = limitsOf(windows, overrides);
  }

  /** Each limiter has its own list of windows. Usage and overrides of windows of the same length are kept. */
  #stateOf(redisKey: string, windows: readonly Window[]): LimitState {
    const known = this.#states.get(redisKey);
    if (known?.windows === windows) return known;
    const overrides = known?.overrides ?? new Map();
    const subBuckets = windows.map((window) => {
      const isSame = ({ lengthMs, tickMs }: Window): boolean =>
        lengthMs === window.lengthMs && tickMs === window.tickMs;
      return known?.localUsage.subBuckets[known.windows.findIndex(isSame)] ?? new SubBuckets(window);
    });
    const limits = limitsOf(windows, overrides);
    const state = { windows, overrides, localUsage: { subBuckets, limits }, lastMs: known?.lastMs ?? 0 };
    this.#states.set(redisKey, state);
    return state;
  }
}

function limitsOf(windows: readonly Window[], overrides: ReadonlyMap<number, number>): readonly number[] {
  return windows.map(({ lengthMs, limit }) => overrides.get(lengthMs) ?? limit);
}
