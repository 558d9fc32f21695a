/**
 * Refusals remembered for a moment, so that a flood from one subject costs the server nothing.
 *
 * A refusal of a cost covers the same and every higher cost of the same subject and resource, until what was used has
 * left the window: at the earliest the time of sending plus the wait. It is kept for five seconds at most, because
 * another process may have given the subject a new start meanwhile.
 */
import { BoundedMap } from './bounded-map.ts';
import { type Decision, later } from './decision.ts';

type Refusal = { cost: number; sentMs: number; endMs: number; decision: Decision };

const longestMs = 5000;

export class DenyCache {
  readonly #refusals: BoundedMap<Refusal>;
  #drops = 0;

  constructor(capacity: number) {
    this.#refusals = new BoundedMap(capacity);
  }

  /** Grows with every drop: a refusal that was asked for before one is not remembered after it. */
  get epoch(): number {
    return this.#drops;
  }

  find(key: string, cost: number, nowMs: number): Decision | undefined {
    const refusal = this.#refusals.get(key);
    if (refusal === undefined) return undefined;
    if (nowMs >= refusal.endMs) {
      this.#refusals.delete(key);
      return undefined;
    }
    return cost >= refusal.cost ? later(refusal.decision, nowMs - refusal.sentMs) : undefined;
  }

  /** `epoch`: as of asking. `sentMs`: when the check was sent, which is before the server looked at its clock. */
  remember(
    key: string,
    cost: number,
    decision: Decision,
    { epoch, sentMs }: { epoch: number; sentMs: number },
  ): void {
    if (epoch !== this.#drops) return;
    const endMs = sentMs + Math.min(decision.retryAfterMs, longestMs);
    const known = this.#refusals.get(key);
    // Of two that hold, the one for the lower cost covers more.
    if (known !== undefined && known.cost < cost && known.endMs > sentMs) return;
    this.#refusals.set(key, { cost, sentMs, endMs, decision });
  }

  drop(key: string): void {
    this.#drops += 1;
    this.#refusals.delete(key);
  }
}
