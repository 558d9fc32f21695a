/**
 * Decides in this process alone, while the server is away or when there is none.
 *
 * Each process of a fleet holds its subjects to its share of the limit. It begins with what it has itself admitted
 * lately, through the server too, so an outage is no new start. Of what the others admitted it knows nothing: strict
 * limits end where the server does.
 */
import { BoundedMap } from './bounded-map.ts';
import { Cells } from './cells.ts';
import { type Decision, decisionOf, type WindowState } from './decision.ts';
import type { Window } from './windows.ts';

type Subject = { windows: readonly Window[]; cells: readonly Cells[]; limits: readonly number[] };

export class LocalLimiter {
  readonly #subjects: BoundedMap<Subject>;
  readonly #fleetSize: () => number;

  /** `capacity`: most subjects that are remembered. `fleetSize`: processes that share the limits, at least 1. */
  constructor(capacity: number, fleetSize: () => number) {
    this.#subjects = new BoundedMap(capacity);
    this.#fleetSize = fleetSize;
  }

  /** Remembers what the server admitted, and the limits that it went by. */
  record(
    key: string,
    windows: readonly Window[],
    cost: number,
    nowMs: number,
    states: readonly WindowState[],
  ): void {
    const subject = this.#subject(key, windows);
    if (states.some(({ limit }, i) => limit !== subject.limits[i]))
      subject.limits = states.map((it) => it.limit);
    for (const cells of subject.cells) {
      cells.used(nowMs);
      cells.enter(nowMs, cost);
    }
  }

  /** As the script decides; cost 0 asks only. Throws RangeError when the cost is above a limit. */
  decide(key: string, windows: readonly Window[], cost: number, nowMs: number): Decision {
    const subject = this.#subject(key, windows);
    const need = Math.max(cost, 1);
    const fleet = Math.max(1, this.#fleetSize());
    const shares = windows.map(({ name }, i) => {
      const limit = subject.limits[i] ?? 0;
      if (cost > limit)
        throw new RangeError(`A cost of ${cost} is above the limit ${limit} of the window ${name}.`);
      // A share below the cost would refuse it for as long as the outage lasts.
      return Math.max(need, Math.floor(limit / fleet));
    });
    const used = subject.cells.map((cells) => cells.used(nowMs));
    const allowed = used.every((units, i) => units + need <= (shares[i] ?? 0));
    if (allowed && cost > 0) for (const cells of subject.cells) cells.enter(nowMs, cost);
    const states = windows.map(({ name, lengthMs }, i): WindowState => {
      const cells = subject.cells[i];
      const share = shares[i] ?? 0;
      const before = used[i] ?? 0;
      const excess = before + need - share;
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
  override(key: string, windows: readonly Window[], limits: Readonly<Record<string, number>>): void {
    this.#subject(key, windows).limits = windows.map(({ name, limit }) => limits[name] ?? limit);
  }

  /** Forgets what the subject has used; its limits stay. */
  forget(key: string): void {
    const subject = this.#subjects.get(key);
    if (subject !== undefined) subject.cells = subject.windows.map((window) => new Cells(window));
  }

  #subject(key: string, windows: readonly Window[]): Subject {
    const known = this.#subjects.get(key);
    if (known !== undefined && known.windows === windows) return known;
    const subject = {
      windows,
      cells: windows.map((window) => new Cells(window)),
      limits: windows.map((window) => window.limit),
    };
    this.#subjects.set(key, subject);
    return subject;
  }
}
