/**
 * Races that an invalidation has to win. Each says in how many of ten rounds a read that began after the invalidation was
 * acknowledged gave the value from before it.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from './eventually.mjs';

/** @typedef {import('./race-bed.mjs').RaceBed} RaceBed */

const rounds = 10;
const keys = Array.from({ length: rounds }, (_, round) => `round-${round}`);
/** Longer than any message or store takes on one machine, in ms. */
const settleMs = 150;

/** @param {(key: string) => Promise<boolean>} isStale */
async function count(isStale) {
  let stale = 0;
  for (const key of keys) if (await isStale(key)) stale += 1;
  return stale;
}

/** A loader that has read the old value stores it after the invalidation. @param {RaceBed} bed */
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

/** A read that begins after its own process's invalidation joins the load that began before it. @param {RaceBed} bed */
function doomedLoad({ near }) {
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

/** A reply of Redis is held up while the invalidation arrives. @param {RaceBed} bed */
function overtakenReply({ near, far, links }) {
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

/** The connection on which invalidations are heard is cut just before one. @param {RaceBed} bed */
function cutLink({ near, far, links }) {
  return count(async (key) => {
    await near.read(key, async () => 1);
    await near.read(key, async () => 1);
    const { listening } = await links();
    const ports = new Set(listening.map(({ serverSidePort }) => serverSidePort));
    for (const link of listening) link.cut();
    await far.invalidate(key);
    await eventually('it listens again', async () =>
      (await links()).listening.some(({ serverSidePort }) => !ports.has(serverSidePort)),
    );
    await delay(settleMs);
    return (await near.read(key, async () => 2)) === 1;
  });
}

/**
 * @typedef {object} Race
 * @property {(bed: RaceBed) => Promise<number>} run
 * @property {boolean} ofMemories between the memories of processes: nothing to see in a library that leaves them alone
 * @property {readonly string[]} cached what Redis has already when the first process begins
 */
export const races = /** @satisfies {Record<string, Race>} */ ({
  lateStore: { run: lateStore, ofMemories: false, cached: [] },
  doomedLoad: { run: doomedLoad, ofMemories: false, cached: [] },
  overtakenReply: { run: overtakenReply, ofMemories: true, cached: keys },
  cutLink: { run: cutLink, ofMemories: true, cached: [] },
});

/** Has read the truth when it has begun, and takes until `goOn` to say so. @param {number} value */
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
