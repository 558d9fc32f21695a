/**
 * Decides in this process alone, while the server is unavailable or when there is none.
 *
 * Each process of a fleet limits its keys to its share. It counts what it has itself admitted recently, including
 * through the server, so an outage does not reset the limits. It does not know what other processes admitted: limits
 * are exact only with the server.
 */

import { type Decision, decisionOf, type WindowState } from '../decision.ts';
import type { KeyState, LocalUsage } from './key-states.ts';
import { SubBuckets } from './sub-buckets.ts';

/** Records an admission by the server, and the limits that it applied. */
export function recordAdmission(
  keyState: KeyState,
  cost: number,
  nowMs: number,
  states: readonly WindowState[],
): void {
  const localUsage = localUsageOf(keyState);
  let changed = false;
  for (let i = 0; i < states.length; i++) {
    if (states[i]?.limit !== localUsage.limits[i]) changed = true;
    const subBuckets = localUsage.subBuckets[i];
    subBuckets?.used(nowMs);
    subBuckets?.enter(nowMs, cost);
  }
  if (changed) localUsage.limits = states.map((it) => it.limit);
}

/**
 * Decides as the script does; cost 0 only reads the state. `fleetSize`: processes that share the limits, at least 1.
 * Throws RangeError when the cost is above a limit.
 */
export function decideLocally(
  keyState: Pick<KeyState, 'windows' | 'localUsage'>,
  cost: number,
  nowMs: number,
  fleetSize: number,
): Decision {
  const localUsage = localUsageOf(keyState);
  const need = Math.max(cost, 1);
  const shares = keyState.windows.map(({ name }, i) => {
    const limit = localUsage.limits[i] ?? 0;
    if (cost > limit)
      throw new RangeError(`A cost of ${cost} exceeds the limit of ${limit} in the window ${name}.`);
    // A share below the cost would deny it for the whole outage.
    return Math.max(need, Math.floor(limit / fleetSize));
  });
  const used = localUsage.subBuckets.map((subBuckets) => subBuckets.used(nowMs));
  const allowed = used.every((units, i) => units + need <= (shares[i] ?? 0));
  if (allowed && cost > 0) for (const subBuckets of localUsage.subBuckets) subBuckets.enter(nowMs, cost);
  const states = keyState.windows.map(({ name, lengthMs }, i): WindowState => {
    const subBuckets = localUsage.subBuckets[i];
    const share = shares[i] ?? 0;
    const excess = (used[i] ?? 0) + need - share;
    return {
      name,
      seconds: lengthMs / 1000,
      limit: share,
      remaining: Math.max(0, share - (subBuckets?.used(nowMs) ?? 0)),
      waitMs: excess > 0 ? (subBuckets?.untilFree(excess, nowMs) ?? 0) : 0,
      resetMs: subBuckets?.untilFree(1, nowMs) ?? 0,
    };
  });
  return decisionOf(allowed, 'local', states);
}

/** Overrides the limits of the key, by names of windows. */
export function overrideLocally(keyState: KeyState, limits: Readonly<Record<string, number>>): void {
  localUsageOf(keyState).limits = keyState.windows.map(({ name, limit }) => limits[name] ?? limit);
}

/** Clears the usage of the limit key; its limits stay. */
export function clearAdmissions({ localUsage, windows }: Pick<KeyState, 'windows' | 'localUsage'>): void {
  if (localUsage !== undefined) localUsage.subBuckets = windows.map((window) => new SubBuckets(window));
}

function localUsageOf(keyState: Pick<KeyState, 'windows' | 'localUsage'>): LocalUsage {
  keyState.localUsage ??= {
    subBuckets: keyState.windows.map((window) => new SubBuckets(window)),
    limits: keyState.windows.map((window) => window.limit),
  };
  return keyState.localUsage;
}
