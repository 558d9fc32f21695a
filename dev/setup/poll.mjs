import { setTimeout as delay } from 'node:timers/promises';

/**
 * Asks until the answer is something other than undefined.
 *
 * @template T
 * @param {() => T | undefined | Promise<T | undefined>} ask
 * @param {{ withinMs: number, everyMs?: number }} bound
 * @returns {Promise<T | undefined>} undefined when the time is up
 */
export async function poll(ask, { withinMs, everyMs = 50 }) {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined || performance.now() >= deadline) return answer;
    await delay(everyMs);
  }
}
