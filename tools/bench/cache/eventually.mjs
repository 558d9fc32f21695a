import { setTimeout as delay } from 'node:timers/promises';

/**
 * Waits until a condition is true.
 *
 * @param {string} description of the condition, for the error message
 * @param {() => unknown} isTrue
 * @param {number} [withinMs]
 */
export async function eventually(description, isTrue, withinMs = 10_000) {
  const endMs = performance.now() + withinMs;
  while (!(await isTrue())) {
    if (performance.now() > endMs) throw new Error(`Not true within ${withinMs} ms: ${description}`);
    await delay(5);
  }
}
