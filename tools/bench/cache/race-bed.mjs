import { startFaultProxy } from '@bookedbarber/redis-tier/testing';
import { contenders } from './contenders/all.mjs';
import { eventually } from './eventually.mjs';

/** @typedef {import('./contenders/all.mjs').Name} Name */
/** @typedef {import('./contenders/contender.mjs').Contender} Contender */
/** @typedef {import('@bookedbarber/redis-tier/testing').ProxiedLink} ProxiedLink */
/** @typedef {import('@bookedbarber/redis-tier/testing').RedisServerProcess} RedisServer */

/**
 * @typedef {object} RaceBed two processes' worth of a library over one Redis, of which the first goes through a proxy
 * @property {Contender} near
 * @property {Contender} far
 * @property {() => Promise<{ listening: ProxiedLink[], others: ProxiedLink[] }>} links of the first one: those on which it
 *   hears of invalidations, and those for all else
 */

/**
 * @param {Name} name
 * @param {RedisServer} server
 * @param {import('./races.mjs').Race} race
 */
export async function runRace(name, server, race) {
  const proxy = await startFaultProxy({ host: '127.0.0.1', port: server.port });
  const setting = /** @type {const} */ ({ prefix: 'race', tiers: 'both', tagged: false, patient: true });
  const far = await contenders[name]({ ...setting, url: server.url });
  for (const key of race.cached) await far.read(key, async () => 1);
  const near = await contenders[name]({ ...setting, url: `redis://127.0.0.1:${proxy.port}` });
  const links = async () => {
    const listeners = new Set(
      String(await server.admin.client('LIST'))
        .split('\n')
        .filter((client) => /\bsub=[1-9]/.test(client))
        .map((client) => Number(/\baddr=\S+:(\d+)/.exec(client)?.[1])),
    );
    const all = [...proxy.links];
    return {
      listening: all.filter(({ serverSidePort }) => listeners.has(serverSidePort)),
      others: all.filter(({ serverSidePort }) => !listeners.has(serverSidePort)),
    };
  };
  try {
    // Each has begun to use Redis, and hears the other one where that is of interest.
    for (const each of [near, far]) await each.read('first', async () => 1);
    if (race.ofMemories)
      await eventually(`${name} listens`, async () => (await links()).listening.length > 0);
    return await race.run({ near, far, links });
  } finally {
    await near.close();
    await far.close();
    await proxy.close();
  }
}
