/** Reads uncached keys and a cached one at a steady rate while Redis is unavailable. */
import { setTimeout as delay } from 'node:timers/promises';
import { contenders } from './contenders/all.mjs';

/**
 * @typedef {{ name: import('./contenders/all.mjs').Name, url: string, forOutages: boolean, everyMs: number, forMs: number }} OutageOrder
 * @typedef {{ uncachedMs: number[], cachedMs: number[], errors: number }} OutageReport the durations of the calls; a call without a result within `maxMs` counts as an error
 */

const loadMs = 2;
const maxMs = 10_000;

// Ignores rejections and exceptions inside a library: only the results of the calls count.
process.on('unhandledRejection', () => {});
process.on('uncaughtException', () => {});
process.on('disconnect', () => process.exit(0));
process.once('message', async (/** @type {OutageOrder} */ { name, url, forOutages, everyMs, forMs }) => {
  const setting = /** @type {const} */ ({ url, prefix: 'outage', tiers: 'both', tagged: false });
  const contender = await contenders[name]({ ...setting, forOutages });
  const load = async () => {
    await delay(loadMs);
    return 1;
  };
  await contender.read('cached', load);
  process.once('message', async () => {
    /** @type {OutageReport} */
    const report = { uncachedMs: [], cachedMs: [], errors: 0 };
    const calls = [];
    const endMs = performance.now() + forMs;
    for (let call = 0; performance.now() < endMs; call += 1) {
      calls.push(readTimed(`uncached-${call}`, report.uncachedMs), readTimed('cached', report.cachedMs));
      await delay(everyMs);
    }
    await Promise.all(calls);
    process.send?.(report);

    /** @param {string} key @param {number[]} tookMs */
    async function readTimed(key, tookMs) {
      const beganMs = performance.now();
      const timeout = delay(maxMs, undefined, { ref: false }).then(() =>
        Promise.reject(new Error('timed out')),
      );
      try {
        await Promise.race([contender.read(key, load), timeout]);
      } catch {
        report.errors += 1;
      }
      tookMs.push(performance.now() - beganMs);
    }
  });
  process.send?.({ ready: true });
});
