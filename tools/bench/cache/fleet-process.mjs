/** A process of a fleet: opens a contender, reads one key many times in parallel on command, and reports its loader calls. */
import { setTimeout as delay } from 'node:timers/promises';
import { contenders } from './contenders/all.mjs';

/** @typedef {{ name: import('./contenders/all.mjs').Name, url: string, callers: number, loadMs: number }} FleetOrder */

process.on('disconnect', () => process.exit(0));
process.once('message', async (/** @type {FleetOrder} */ { name, url, callers, loadMs }) => {
  const setting = /** @type {const} */ ({
    url,
    prefix: 'fleet',
    tiers: 'both',
    tagged: false,
    longDeadline: true,
  });
  const contender = await contenders[name](setting);
  await contender.read(`warm-${process.pid}`, async () => 1);
  process.once('message', async () => {
    let loads = 0;
    const load = async () => {
      loads += 1;
      await delay(loadMs);
      return 1;
    };
    await Promise.all(Array.from({ length: callers }, () => contender.read('cold', load)));
    process.send?.({ loads });
  });
  process.send?.({ ready: true });
});
