/**
 * Decides in this process alone, while the server is away or when there is none.
 *
 * Each process of a fleet holds its subjects to its share of the limit. It begins with what it has itself admitted
 * lately, through the server too, so an outage is no new start. Of what the others admitted it knows nothing: strict
 * limits end where the server does.
 */

import { type Decision, decisionOf, type WindowState } from '../decision.ts';
import type { Account, Place } from './key-states.ts';
import { Cells } from './sub-buckets.ts';

/** Remembers what the server admitted, and the limits that it went by. */
export function recordAdmission(
  place: Place,
  cost: number,
  nowMs: number,
  states: readonly WindowState[],
): void {
  const account = accountOf(place);
  let changed = false;
  for (let i = 0; i < states.length; i++) {
    if (states[i]?.limit !== account.limits[i]) changed = true;
    const cells = account.cells[i];
    cells?.used(nowMs);
    cells?.enter(nowMs, cost);
  }
  if (changed) account.limits = states.map((it) => it.limit);
}

/**
 * As the script decides; cost 0 asks only. `fleetSize`: processes that share the limits, at least 1. Throws RangeError
 * when the cost is above a limit.
 */
export function decideAlone(place: Place, cost: number, nowMs: number, fleetSize: number): Decision {
  const account = accountOf(place);
  const need = Math.max(cost, 1);
  const shares = place.windows.map(({ name }, i) => {
    const limit = account.limits[i] ?? 0;
    if (cost > limit)
      throw new RangeError(`A cost of ${cost} is above the limit ${limit} of the window ${name}.`);
    // A share below the cost would refuse it for as long as the outage lasts.
    return Math.max(need, Math.floor(limit / fleetSize));
  });
  const used = account.cells.map((cells) => cells.used(nowMs));
  const allowed = used.every((units, i) => units + need <= (shares[i] ?? 0));
  if (allowed && cost > 0) for (const cells of account.cells) cells.enter(nowMs, cost);
  const states = place.windows.map(({ name, lengthMs }, i): WindowState => {
    const cells = account.cells[i];
    const share = shares[i] ?? 0;
    const excess = (used[i] ?? 0) + need - share;
    return {
      name,
      seconds: lengthMs / 1000,
      limit: share,
      remaining: Math.max(0, share - (cells?.used(nowMs) ?? 0)),
      waitMs: excess > 0 ? (cells?.untilFree(excess, nowMs) ?? 0) : 0,
      resetMs: cells?.untilFree(1, nowMs) ?? 0,
    };
  });
  return decisionOf(allowed, 'local', states);
}

/** Gives the subject limits of its own by the names of windows. */
export function overrideAlone(place: Place, limits: Readonly<Record<string, number>>): void {
  accountOf(place).limits = place.windows.map(({ name, limit }) => limits[name] ?? limit);
}

/** Forgets what the subject has used; its limits stay. */
export function forgetAdmissions({ account, windows }: Place): void {
  if (account !== undefined) account.cells = windows.map((window) => new Cells(window));
}

function accountOf(place: Place): Account {
  place.account ??= {
    cells: place.windows.map((window) => new Cells(window)),
    limits: place.windows.map((window) => window.limit),
  };
  return place.account;
}
