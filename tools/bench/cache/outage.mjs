import { setTimeout as delay } from 'node:timers/promises';
import { startRedisServer } from '@bookedbarber/redis-tier/testing';
import { median } from '../rows.mjs';
import { startChild } from './children.mjs';

const outageMs = 3000;
const everyMs = 10;

/** @typedef {{ p50: number, max: number, cachedMax: number, errors: number }} Outage p50 and max of reads of uncached keys, and the max of cached ones, in ms */

/**
 * Measures reads while Redis is frozen, or killed and restarted, for three seconds. Every library has its own server.
 *
 * @param {import('./contenders/all.mjs').Name} name
 * @param {boolean} forOutages whether it has its settings for outages or its defaults
 * @param {string} binary of the Redis server
 * @param {'frozen' | 'killed'} kind
 * @returns {Promise<Outage>}
 */
export async function callersDuringOutage(name, forOutages, binary, kind) {
  const server = await startRedisServer(binary);
  const child = startChild('outage-process.mjs', `${name} without Redis`, 'ignore');
  try {
    await child.request({ name, url: server.url, forOutages, everyMs, forMs: outageMs });
    if (kind === 'frozen') server.freeze();
    else await server.kill();
    const outcome = child.request('go');
    await delay(outageMs);
    if (kind === 'frozen') server.thaw();
    else await server.start();
    const { uncachedMs, cachedMs, errors } = /** @type {import('./outage-process.mjs').OutageReport} */ (
      await outcome
    );
    return {
      p50: median(uncachedMs),
      max: Math.max(...uncachedMs),
      cachedMax: Math.max(...cachedMs),
      errors,
    };
  } finally {
    await child.stop();
    await server.close();
  }
}
