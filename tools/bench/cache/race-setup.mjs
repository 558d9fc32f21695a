import { startFaultProxy } from '@bookedbarber/redis-tier/testing';
import { contenders } from './contenders/all.mjs';
import { eventually } from './eventually.mjs';

/** @typedef {import('./contenders/all.mjs').Name} Name */
/** @typedef {import('./contenders/contender.mjs').Contender} Contender */
/** @typedef {import('@bookedbarber/redis-tier/testing').ProxiedLink} ProxiedLink */
/** @typedef {import('@bookedbarber/redis-tier/testing').RedisServerProcess} RedisServer */

/**
 * @typedef {object} RaceSetup two instances of a library with one Redis; the first one connects through a proxy
 * @property {Contender} near connects through the proxy
 * @property {Contender} far connects directly
 * @property {() => Promise<{ listening: ProxiedLink[], others: ProxiedLink[] }>} links the connections of `near`: those that
 *   receive invalidations, and the others
 */

/**
 * @param {Name} name
 * @param {RedisServer} server
 * @param {import('./races.mjs').Race} race
 */
export async function runRace(name, server, race) {
  const proxy = await startFaultProxy({ host: '127.0.0.1', port: server.port });
  const setting = /** @type {const} */ ({ prefix: 'race', tiers: 'both', tagged: false, longDeadline: true });
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
    // Both use Redis now and, if the race requires it, receive each other's invalidations.
    for (const each of [near, far]) await each.read('first', async () => 1);
    if (race.needsCoherence)
      await eventually(`${name} is subscribed`, async () => (await links()).listening.length > 0);
    return await race.run({ near, far, links });
  } finally {
    await near.close();
    await far.close();
    await proxy.close();
  }
}
