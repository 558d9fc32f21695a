/**
 * The timers that the tier uses, bound when this module loads. A test of an application that replaces the global timers,
 * even around a single call, must not leave the tier waiting for a tick that never comes.
 */
export type Timers = {
  setTimeout: typeof setTimeout;
  clearTimeout: typeof clearTimeout;
  setInterval: typeof setInterval;
  clearInterval: typeof clearInterval;
  setImmediate: typeof setImmediate;
  nextTick: (run: () => void) => void;
  /** Milliseconds of a clock that does not go back. */
  now: () => number;
};

const { performance } = globalThis;

export const nodeTimers: Readonly<Timers> = {
  setTimeout,
  clearTimeout,
  setInterval,
  clearInterval,
  setImmediate,
  nextTick: process.nextTick.bind(process),
  now: performance.now.bind(performance),
};

/** The timers in use. The tier's own tests replace them. */
export const timers: Timers = { ...nodeTimers };
