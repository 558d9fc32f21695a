/**
 * Decides in this process alone, while the server is away or when there is none.
 *
 * Each process of a fleet holds its subjects to its share of the limit. It begins with what it has itself admitted
 * lately, through the server too, so an outage is no new start. Of what the others admitted it knows nothing: strict
 * limits end where the server does.
 */

import { type Decision, decisionOf, type WindowState } from '../decision.ts';
import type { Account, KeyState } from './key-states.ts';
import { SubBuckets } from './sub-buckets.ts';

/** Remembers what the server admitted, and the limits that it went by. */
export function recordAdmission(
  keyState: KeyState,
  cost: number,
  nowMs: number,
  states: readonly WindowState[],
): void {
  const localUsage = accountOf(keyState);
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
 * As the script decides; cost 0 asks only. `fleetSize`: processes that share the limits, at least 1. Throws RangeError
 * when the cost is above a limit.
 */
export function decideLocally(keyState: KeyState, cost: number, nowMs: number, fleetSize: number): Decision {
  const localUsage = accountOf(keyState);
  const need = Math.max(cost, 1);
  const shares = keyState.windows.map(({ name }, i) => {
    const limit = localUsage.limits[i] ?? 0;
    if (cost > limit)
      throw new RangeError(`A cost of ${cost} is above the limit ${limit} of the window ${name}.`);
    // A share below the cost would refuse it for as long as the outage lasts.
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

/** Gives the subject limits of its own by the names of windows. */
export function overrideLocally(keyState: KeyState, limits: Readonly<Record<string, number>>): void {
  accountOf(keyState).limits = keyState.windows.map(({ name, limit }) => limits[name] ?? limit);
}

/** Forgets what the subject has used; its limits stay. */
export function clearAdmissions({ localUsage: account, windows }: KeyState): void {
  if (account !== undefined) account.subBuckets = windows.map((window) => new SubBuckets(window));
}

function accountOf(keyState: KeyState): Account {
  keyState.localUsage ??= {
    subBuckets: keyState.windows.map((window) => new SubBuckets(window)),
    limits: keyState.windows.map((window) => window.limit),
  };
  return keyState.localUsage;
}
