import { setTimeout as delay } from 'node:timers/promises';
import { maxWithin } from './rolling.mjs';

/** A batch of requests at this interval: always more than the remaining quota. */
const everyMs = 10;
const batch = 5;

/**
 * Sends traffic that exposes inaccurate windows: one request begins the window, a burst follows just before its edge,
 * and then as many requests as possible for another whole window. Returns the maximum number of admissions in any
 * interval of the window's length.
 *
 * @param {(key: string) => Promise<boolean>} check
 * @param {{ seconds: number, limit: number }} window
 */
export async function maxAtWindowEdge(check, { seconds, limit }) {
  const lengthMs = seconds * 1000;
  /** @type {import('./rolling.mjs').Admission[]} */
  const admitted = [];
  const request = async () => {
    const sentMs = performance.now();
    if (await check('edge')) admitted.push({ sentMs, respondedMs: performance.now() });
  };
  // Windows aligned to the clock begin at multiples of their length.
  await delay(lengthMs - (Date.now() % lengthMs) + everyMs);
  const beganMs = performance.now();
  await request();
  await delay(lengthMs * 0.97 - (performance.now() - beganMs));
  await Promise.all(Array.from({ length: limit }, request));
  /** @type {Promise<void>[]} */
  const open = [];
  while (performance.now() - beganMs < 2.1 * lengthMs) {
    open.push(...Array.from({ length: batch }, request));
    await delay(everyMs);
  }
  await Promise.all(open);
  return maxWithin(admitted, lengthMs);
}
