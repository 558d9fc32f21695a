import type { Clock } from '../../core/index.ts';
import { timers } from '../../core/internal.ts';

/** A moment on both clocks of the process. */
export type Moment = { readonly steadyMs: number; readonly wallMs: number };

export function momentOf(clock: Clock): Moment {
  return { steadyMs: timers.now(), wallMs: clock.nowMs() };
}

/**
 * The age of a moment in ms, by the clock that reports the larger age: the steady clock stops while a machine sleeps,
 * and the wall clock can be set back. Reading a clock costs more than everything else here, so a lookup reads each
 * clock once.
 */
export function ageMs(moment: Moment, now: Moment): number {
  return Math.max(now.steadyMs - moment.steadyMs, now.wallMs - moment.wallMs);
}
