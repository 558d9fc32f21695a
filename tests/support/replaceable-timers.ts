import { timers } from '../../packages/redis-tier/src/core/internal.ts';

/** Makes the tier use the global timers of the moment, so that the fake timers of a test apply to it. */
export function useGlobalTimers(): void {
  Object.assign(timers, {
    setTimeout: (...args: Parameters<typeof setTimeout>) => globalThis.setTimeout(...args),
    clearTimeout: (timer: Parameters<typeof clearTimeout>[0]) => globalThis.clearTimeout(timer),
    setInterval: (...args: Parameters<typeof setInterval>) => globalThis.setInterval(...args),
    clearInterval: (timer: Parameters<typeof clearInterval>[0]) => globalThis.clearInterval(timer),
    setImmediate: (...args: Parameters<typeof setImmediate>) => globalThis.setImmediate(...args),
    now: () => globalThis.performance.now(),
  });
}

useGlobalTimers();
