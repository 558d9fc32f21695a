/**
 * Refusals remembered for a moment, so that a flood from one subject costs the server nothing.
 *
 * A refusal of a cost covers the same and every higher cost of the same subject and resource, until what was used has
 * left the window: at the earliest the time of sending plus the wait. It is kept for five seconds at most, because
 * another process may have given the subject a new start meanwhile.
 */
import { type Decision, later } from '../decision.ts';
import type { Place } from './key-states.ts';

const longestMs = 5000;

/** The refusal that covers `cost` at this moment. */
export function knownRefusal(place: Place, cost: number, nowMs: number): Decision | undefined {
  const { refusal } = place;
  if (refusal === undefined || cost < refusal.cost) return undefined;
  if (nowMs < refusal.endMs) return later(refusal.decision, nowMs - refusal.sentMs);
  place.refusal = undefined;
  return undefined;
}

/** `drops`: of the place, as of asking. `sentMs`: when the check was sent, before the server looked at its clock. */
export function rememberRefusal(
  place: Place,
  cost: number,
  decision: Decision,
  { drops, sentMs }: { drops: number; sentMs: number },
): void {
  if (drops !== place.drops) return;
  const known = place.refusal;
  // Of two that hold, the one for the lower cost covers more.
  if (known !== undefined && known.cost < cost && known.endMs > sentMs) return;
  place.refusal = { cost, sentMs, endMs: sentMs + Math.min(decision.retryAfterMs, longestMs), decision };
}

export function dropRefusal(place: Place): void {
  place.drops += 1;
  place.refusal = undefined;
}
