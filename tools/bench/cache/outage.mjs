import { setTimeout as delay } from 'node:timers/promises';
import { startRedisServer } from '@bookedbarber/redis-tier/testing';
import { startChild } from './children.mjs';

const outageMs = 3000;
const everyMs = 10;

/**
 * Measures reads of uncached keys while Redis is frozen, or killed and restarted, for three seconds. Every library has
 * its default settings and its own server.
 *
 * @param {import('./contenders/all.mjs').Name} name
 * @param {string} binary of the Redis server
 * @param {'frozen' | 'killed'} kind
 * @returns {Promise<{ p50: number, max: number, errors: number }>} p50 and max in ms
 */
export async function callersDuringOutage(name, binary, kind) {
  const server = await startRedisServer(binary);
  const child = startChild('outage-process.mjs', `${name} without Redis`, 'ignore');
  try {
    await child.request({ name, url: server.url, everyMs, forMs: outageMs });
    if (kind === 'frozen') server.freeze();
    else await server.kill();
    const outcome = child.request('go');
    await delay(outageMs);
    if (kind === 'frozen') server.thaw();
    else await server.start();
    const { tookMs, errors } = await outcome;
    const sorted = tookMs.toSorted((/** @type {number} */ a, /** @type {number} */ b) => a - b);
    return { p50: sorted[Math.floor(sorted.length / 2)], max: sorted.at(-1), errors };
  } finally {
    await child.stop();
    await server.close();
  }
}
