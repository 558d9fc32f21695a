import { vi } from 'vitest';

/** Far more than anything takes: a busy machine may hold a process up for seconds. */
const withinMs = 60_000;

/** Repeats the assertions until they hold. The error of the last attempt is what the test fails with. */
export const eventually = <T>(assertions: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(assertions, { timeout: withinMs, interval: 20 });
