/** Callers who want what is not cached, one after the other at a steady pace, while Redis is away. */
import { setTimeout as delay } from 'node:timers/promises';
import { contenders } from './contenders/all.mjs';

/**
 * @typedef {{ name: import('./contenders/all.mjs').Name, url: string, everyMs: number, forMs: number }} OutageOrder
 * @typedef {{ tookMs: number[], errors: number }} OutageReport one who got no answer within `maxMs` counts as an error
 */

const loadMs = 2;
const maxMs = 10_000;

// What a library rejects without anybody to hear it: the callers are what counts here.
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
      calls.push(ask(`cold-${call}`));
      await delay(everyMs);
    }
    await Promise.all(calls);
    process.send?.(report);

    /** @param {string} key */
    async function ask(key) {
      const beganMs = performance.now();
      const tooLong = delay(maxMs, undefined, { ref: false }).then(() =>
        Promise.reject(new Error('no answer')),
      );
      try {
        await Promise.race([contender.read(key, load), tooLong]);
      } catch {
        report.errors += 1;
      }
      report.tookMs.push(performance.now() - beganMs);
    }
  });
  process.send?.({ ready: true });
});
