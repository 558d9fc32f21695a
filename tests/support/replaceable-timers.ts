import { timers } from '../../packages/redis-tier/src/core/internal.ts';

/** Makes the tier use the global timers of the moment, so that the fake timers of a test apply to it. */
export function useGlobalTimers(): void {
  Object.assign(timers, {
    setTimeout: (...args: Parameters<typeof setTimeout>) => globalThis.setTimeout(...args),
    clearTimeout: (timer: Parameters<typeof clearTimeout>[0]) => globalThis.clearTimeout(timer),
    setInterval: (...args: Parameters<typeof setInterval>) => globalThis.setInterval(...args),
    clearInterval: (timer: Parameters<typeof clearInterval>[0]) => globalThis.clearInterval(timer),
    setImmediate: (...args: Parameters<typeof setImmediate>) => globalThis.setImmediate(...args),
    nextTick: (run: () => void) => globalThis.process.nextTick(run),
    now: () => globalThis.performance.now(),
  });
}

useGlobalTimers();

/**
 * Makes calls that must travel together, with the tier's clock stopped: on a busy machine they may take so long that
 * the tier sends the first ones before the end of the turn.
 */
export function inOneTurn<T>(calls: () => T): T {
  const { now } = timers;
  const stoppedMs = now();
  timers.now = () => stoppedMs;
  try {
    return calls();
  } finally {
    timers.now = now;
  }
}
