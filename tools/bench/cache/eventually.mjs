import { setTimeout as delay } from 'node:timers/promises';

/**
 * Waits until a condition is true.
 *
 * @param {string} description of the condition, for the error message
 * @param {() => unknown} isTrue
 * @param {number} [timeoutMs]
 */
export async function eventually(description, isTrue, timeoutMs = 10_000) {
  const endMs = performance.now() + timeoutMs;
  while (!(await isTrue())) {
    if (performance.now() > endMs) throw new Error(`Not true within ${timeoutMs} ms: ${description}`);
    await delay(5);
  }
}
