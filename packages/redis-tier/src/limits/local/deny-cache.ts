/**
 * Denials cached for a short time, so that a flood with one limit key costs the server nothing.
 *
 * The denial of a cost covers the same and every higher cost of the same limit and limit key, until the used units have
 * left the window: at the earliest the send time plus the wait. It is cached for five seconds at most, because another
 * process may have reset the limit key in the meantime.
 */
import { type Decision, later } from '../decision.ts';
import type { KeyState } from './key-states.ts';

const maxMs = 5000;

/** The cached denial that covers `cost` now. */
export function cachedDenial(keyState: KeyState, cost: number, nowMs: number): Decision | undefined {
  const { denial } = keyState;
  if (denial === undefined || cost < denial.cost) return undefined;
  if (nowMs < denial.endMs) return later(denial.decision, nowMs - denial.sentMs);
  keyState.denial = undefined;
  return undefined;
}

/** `drops`: of the key state when the check was sent. `sentMs`: send time, before the server read its clock. */
export function cacheDenial(
  keyState: KeyState,
  cost: number,
  decision: Decision,
  { drops, sentMs }: { drops: number; sentMs: number },
): void {
  if (drops !== keyState.drops) return;
  const known = keyState.denial;
  // Of two valid denials, the one for the lower cost covers more.
  if (known !== undefined && known.cost < cost && known.endMs > sentMs) return;
  keyState.denial = { cost, sentMs, endMs: sentMs + Math.min(decision.retryAfterMs, maxMs), decision };
}

export function dropDenial(keyState: KeyState): void {
  keyState.drops += 1;
  keyState.denial = undefined;
}
