import { setTimeout as delay } from 'node:timers/promises';
import { startRedisServer } from '@bookedbarber/redis-tier/testing';
import { startChild } from './children.mjs';

const awayMs = 3000;
const everyMs = 10;

/**
 * What callers with cold keys see while Redis is frozen, or killed and started again, for three seconds; every library with
 * its default settings and a server of its own.
 *
 * @param {import('./contenders/all.mjs').Name} name
 * @param {string} binary of the Redis server
 * @param {'frozen' | 'killed'} kind
 * @returns {Promise<{ p50: number, most: number, errors: number }>} in ms
 */
export async function callersDuringOutage(name, binary, kind) {
  const server = await startRedisServer(binary);
  const child = startChild('outage-process.mjs', `${name} without Redis`, 'ignore');
  try {
    await child.ask({ name, url: server.url, everyMs, forMs: awayMs });
    if (kind === 'frozen') server.freeze();
    else await server.kill();
    const reported = child.ask('go');
    await delay(awayMs);
    if (kind === 'frozen') server.thaw();
    else await server.start();
    const { tookMs, errors } = await reported;
    const sorted = tookMs.toSorted((/** @type {number} */ a, /** @type {number} */ b) => a - b);
    return { p50: sorted[Math.floor(sorted.length / 2)], most: sorted.at(-1), errors };
  } finally {
    await child.end();
    await server.close();
  }
}
