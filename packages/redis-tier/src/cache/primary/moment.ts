import type { Clock } from '../../core/index.ts';

/** A moment on both of the process's clocks. */
export type Moment = { readonly steadyMs: number; readonly wallMs: number };

export function momentOf(clock: Clock): Moment {
  return { steadyMs: performance.now(), wallMs: clock.nowMs() };
}

/**
 * How long ago a moment was, in ms, by the clock that says more: the steady one stands still while a machine sleeps, the
 * other one can be set back. To read a clock costs more than the rest of it, so a look-up reads each once.
 */
export function ageMs(moment: Moment, now: Moment): number {
  return Math.max(now.steadyMs - moment.steadyMs, now.wallMs - moment.wallMs);
}
