import { setTimeout as delay } from 'node:timers/promises';

/**
 * Calls `check` repeatedly until it returns a value other than undefined.
 *
 * @template T
 * @param {() => T | undefined | Promise<T | undefined>} check
 * @param {{ timeoutMs: number, everyMs?: number }} bound
 * @returns {Promise<T | undefined>} undefined when the time is up
 */
export async function poll(check, { timeoutMs, everyMs = 50 }) {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = await check();
    if (value !== undefined || performance.now() >= deadline) return value;
    await delay(everyMs);
  }
}
