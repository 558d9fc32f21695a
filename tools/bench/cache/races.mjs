/**
 * Races between an invalidation and a read. Each returns in how many of ten rounds a read that began after the
 * invalidation was acknowledged returned the old value.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from './eventually.mjs';

/** @typedef {import('./race-setup.mjs').RaceSetup} RaceSetup */

const rounds = 10;
const keys = Array.from({ length: rounds }, (_, round) => `round-${round}`);
/** Longer than any message or write takes on one machine, in ms. */
const settleMs = 150;

/** @param {(key: string) => Promise<boolean>} isStale */
async function count(isStale) {
  let stale = 0;
  for (const key of keys) if (await isStale(key)) stale += 1;
  return stale;
}

/** A loader that has read the old value returns after the invalidation, and its result is stored. @param {RaceSetup} setup */
function lateStore({ near, far }) {
  return count(async (key) => {
    const { load, begun, goOn } = slowLoad(1);
    const slow = near.read(key, load);
    await begun;
    await far.invalidate(key);
    goOn();
    await slow;
    await delay(settleMs);
    return (await far.read(key, async () => 2)) === 1;
  });
}

/** A read after an invalidation by the same process joins the load that began before it. @param {RaceSetup} setup */
function invalidatedLoad({ near }) {
  return count(async (key) => {
    const { load, begun, goOn } = slowLoad(1);
    const slow = near.read(key, load);
    await begun;
    await near.invalidate(key);
    const later = near.read(key, async () => 2);
    await delay(settleMs);
    goOn();
    await slow;
    return (await later) === 1;
  });
}

/** A reply of Redis arrives after the invalidation. @param {RaceSetup} setup */
function delayedReply({ near, far, links }) {
  return count(async (key) => {
    const { others } = await links();
    for (const link of others) link.freeze('toClient');
    const held = near.read(key, async () => 2);
    await delay(settleMs);
    await far.invalidate(key);
    await delay(settleMs);
    for (const link of others) link.thaw();
    await held;
    await delay(settleMs);
    return (await near.read(key, async () => 2)) === 1;
  });
}

/** The connection that receives invalidations is cut just before one. @param {RaceSetup} setup */
function cutConnection({ near, far, links }) {
  return count(async (key) => {
    await near.read(key, async () => 1);
    await near.read(key, async () => 1);
    const { listening } = await links();
    const ports = new Set(listening.map(({ serverSidePort }) => serverSidePort));
    for (const link of listening) link.cut();
    await far.invalidate(key);
    await eventually('the invalidation connection is open again', async () =>
      (await links()).listening.some(({ serverSidePort }) => !ports.has(serverSidePort)),
    );
    await delay(settleMs);
    return (await near.read(key, async () => 2)) === 1;
  });
}

/**
 * @typedef {object} Race
 * @property {(setup: RaceSetup) => Promise<number>} run
 * @property {boolean} needsCoherence only for libraries that keep the local caches of several processes coherent
 * @property {readonly string[]} cached the keys that are in Redis at the start
 */
export const races = /** @satisfies {Record<string, Race>} */ ({
  lateStore: { run: lateStore, needsCoherence: false, cached: [] },
  invalidatedLoad: { run: invalidatedLoad, needsCoherence: false, cached: [] },
  delayedReply: { run: delayedReply, needsCoherence: true, cached: keys },
  cutConnection: { run: cutConnection, needsCoherence: true, cached: [] },
});

/** A loader that reads the value at `begun` and returns it at `goOn`. @param {number} value */
function slowLoad(value) {
  const [begun, mayEnd] = [signal(), signal()];
  return {
    begun: begun.given,
    goOn: mayEnd.give,
    load: async () => {
      begun.give();
      await mayEnd.given;
      return value;
    },
  };
}

function signal() {
  let give = () => {};
  const given = new Promise((resolve) => {
    give = () => resolve(undefined);
  });
  return { given, give };
}
