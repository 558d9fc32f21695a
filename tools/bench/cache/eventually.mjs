import { setTimeout as delay } from 'node:timers/promises';

/**
 * Waits for a condition.
 *
 * @param {string} what
 * @param {() => unknown} isSo
 * @param {number} [withinMs]
 */
export async function eventually(what, isSo, withinMs = 10_000) {
  const endMs = performance.now() + withinMs;
  while (!(await isSo())) {
    if (performance.now() > endMs) throw new Error(`Waited ${withinMs} ms in vain: ${what}`);
    await delay(5);
  }
}
