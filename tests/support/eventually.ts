import { vi } from 'vitest';

/** Generous, because a busy machine may delay a process by seconds. */
const timeoutMs = 60_000;

/** Repeats the assertions until they pass. On a timeout, the test fails with the last error. */
export const eventually = <T>(assertions: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(assertions, { timeout: timeoutMs, interval: 20 });
