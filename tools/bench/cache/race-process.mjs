/** One race of one contender in its own process, because some libraries end the process when a connection is cut. */
import { startRedisServer } from '@bookedbarber/redis-tier/testing';
import { runRace } from './race-setup.mjs';
import { races } from './races.mjs';

/** @typedef {{ name: import('./contenders/all.mjs').Name, race: keyof typeof races, binary: string }} RaceOrder */
/** @typedef {{ stale: number } | { error: string }} RaceReport */

process.on('disconnect', () => process.exit(0));
process.once('message', async (/** @type {RaceOrder} */ { name, race, binary }) => {
  const server = await startRedisServer(binary);
  /** @type {RaceReport} */
  let report;
  try {
    report = { stale: await runRace(name, server, races[race]) };
  } catch (error) {
    report = { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  await server.close();
  process.send?.(report);
});
