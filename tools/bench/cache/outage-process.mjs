/** Reads uncached keys at a steady rate while Redis is unavailable. */
import { setTimeout as delay } from 'node:timers/promises';
import { contenders } from './contenders/all.mjs';

/**
 * @typedef {{ name: import('./contenders/all.mjs').Name, url: string, everyMs: number, forMs: number }} OutageOrder
 * @typedef {{ tookMs: number[], errors: number }} OutageReport a call without a result within `maxMs` counts as an error
 */

const loadMs = 2;
const maxMs = 10_000;

// Ignores rejections and exceptions inside a library: only the results of the calls count.
process.on('unhandledRejection', () => {});
process.on('uncaughtException', () => {});
process.on('disconnect', () => process.exit(0));
process.once('message', async (/** @type {OutageOrder} */ { name, url, everyMs, forMs }) => {
  const contender = await contenders[name]({ url, prefix: 'outage', tiers: 'both', tagged: false });
  await contender.read('warm', async () => 1);
  const load = async () => {
    await delay(loadMs);
    return 1;
  };
  process.once('message', async () => {
    /** @type {OutageReport} */
    const report = { tookMs: [], errors: 0 };
    const calls = [];
    const endMs = performance.now() + forMs;
    for (let call = 0; performance.now() < endMs; call += 1) {
      calls.push(readTimed(`cold-${call}`));
      await delay(everyMs);
    }
    await Promise.all(calls);
    process.send?.(report);

    /** @param {string} key */
    async function readTimed(key) {
      const beganMs = performance.now();
      const timeout = delay(maxMs, undefined, { ref: false }).then(() =>
        Promise.reject(new Error('timed out')),
      );
      try {
        await Promise.race([contender.read(key, load), timeout]);
      } catch {
        report.errors += 1;
      }
      report.tookMs.push(performance.now() - beganMs);
    }
  });
  process.send?.({ ready: true });
});
