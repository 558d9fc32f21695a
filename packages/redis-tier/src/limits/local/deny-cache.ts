/**
 * Refusals remembered for a moment, so that a flood from one subject costs the server nothing.
 *
 * A refusal of a cost covers the same and every higher cost of the same subject and resource, until what was used has
 * left the window: at the earliest the time of sending plus the wait. It is kept for five seconds at most, because
 * another process may have given the subject a new start meanwhile.
 */
import { type Decision, later } from '../decision.ts';
import type { KeyState } from './key-states.ts';

const maxMs = 5000;

/** The refusal that covers `cost` at this moment. */
export function cachedDenial(keyState: KeyState, cost: number, nowMs: number): Decision | undefined {
  const { denial } = keyState;
  if (denial === undefined || cost < denial.cost) return undefined;
  if (nowMs < denial.endMs) return later(denial.decision, nowMs - denial.sentMs);
  keyState.denial = undefined;
  return undefined;
}

/** `drops`: of the place, as of asking. `sentMs`: when the check was sent, before the server looked at its clock. */
export function cacheDenial(
  keyState: KeyState,
  cost: number,
  decision: Decision,
  { drops, sentMs }: { drops: number; sentMs: number },
): void {
  if (drops !== keyState.drops) return;
  const known = keyState.denial;
  // Of two that hold, the one for the lower cost covers more.
  if (known !== undefined && known.cost < cost && known.endMs > sentMs) return;
  keyState.denial = { cost, sentMs, endMs: sentMs + Math.min(decision.retryAfterMs, maxMs), decision };
}

export function dropDenial(keyState: KeyState): void {
  keyState.drops += 1;
  keyState.denial = undefined;
}
