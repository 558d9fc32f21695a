import { startChild } from './children.mjs';

/** @typedef {import('./contenders/all.mjs').Name} Name */
/** @typedef {import('./contenders/contender.mjs').Tiers} Tiers */

/**
 * @typedef {object} Course what is measured
 * @property {string} title
 * @property {Tiers} tiers of the peers; ours has its local tier before Redis, or Redis alone
 * @property {boolean} tagged
 * @property {'value' | 'bytes'} wants
 * @property {number} callers
 * @property {readonly Name[]} names
 */

/** CPU time of a turn: long enough for its own counting and for what is collected now and then. */
const turnCpuMs = 250;

/**
 * CPU microseconds of the client's process for one call, round by round. In every round each contender has its turn, in
 * another order each time, so that what the machine does meanwhile meets all of them.
 *
 * @param {{ course: Course, url: string, rounds: number, onTurn: () => void }} options
 * @returns {Promise<Partial<Record<Name, number[]>>>}
 */
export async function measureSpeed({ course, url, rounds, onTurn }) {
  const { tiers, tagged, wants, callers, names } = course;
  const racers = names.map((name) => {
    const child = startChild('speed-process.mjs', `${name} (${course.title})`);
    return { name, child, raw: /** @type {number[]} */ ([]) };
  });
  try {
    for (const racer of racers) {
      const prefix = `speed-${racer.name}-${tiers}-${tagged}-${wants}`;
      const setting = { url, prefix, tiers, tagged, patient: true };
      await racer.child.ask({ order: 'open', name: racer.name, setting, callers, wants });
    }
    for (let round = 0; round < rounds; round += 1)
      for (const [index] of racers.entries()) {
        const racer = racers[(index + round) % racers.length];
        if (racer === undefined) continue;
        racer.raw.push((await racer.child.ask({ order: 'read', cpuMs: turnCpuMs })).microseconds);
        onTurn();
      }
  } finally {
    await Promise.all(racers.map(({ child }) => child.end()));
  }
  return Object.fromEntries(racers.map(({ name, raw }) => [name, raw]));
}
