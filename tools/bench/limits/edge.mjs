import { setTimeout as delay } from 'node:timers/promises';
import { maxWithin } from './rolling.mjs';

/** Requests every so many ms, several at once: always more than is left. */
const everyMs = 10;
const atOnce = 5;

/**
 * The traffic that shows what a window is worth: one request begins it, a burst comes just before its edge, and then as
 * many requests as are let through, for a whole further window. Gives the most that were admitted in any stretch of the
 * window's length.
 *
 * @param {(subject: string) => Promise<boolean>} check
 * @param {{ seconds: number, limit: number }} window
 */
export async function maxAtWindowEdge(check, { seconds, limit }) {
  const lengthMs = seconds * 1000;
  /** @type {import('./rolling.mjs').Admission[]} */
  const admitted = [];
  const ask = async () => {
    const sentMs = performance.now();
    if (await check('edge')) admitted.push({ sentMs, answeredMs: performance.now() });
  };
  // Windows that follow the clock begin at its multiples.
  await delay(lengthMs - (Date.now() % lengthMs) + everyMs);
  const beganMs = performance.now();
  await ask();
  await delay(lengthMs * 0.97 - (performance.now() - beganMs));
  await Promise.all(Array.from({ length: limit }, ask));
  /** @type {Promise<void>[]} */
  const open = [];
  while (performance.now() - beganMs < 2.1 * lengthMs) {
    open.push(...Array.from({ length: atOnce }, ask));
    await delay(everyMs);
  }
  await Promise.all(open);
  return maxWithin(admitted, lengthMs);
}
