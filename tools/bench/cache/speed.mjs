import { startChild } from './children.mjs';

/** @typedef {import('./contenders/all.mjs').Name} Name */
/** @typedef {import('./courses.mjs').Course} Course */

/** CPU time of a turn, in ms: long enough for the resolution of the counter and to include garbage collections. */
const turnCpuMs = 250;

/**
 * CPU microseconds of the client process per call, one value per round. In every round each contender has one turn, in
 * rotating order, so that other load on the machine affects all of them.
 *
 * @param {{ course: Course, url: string, rounds: number, onTurn: () => void }} options
 * @returns {Promise<Partial<Record<Name, number[]>>>}
 */
export async function measureSpeed({ course, url, rounds, onTurn }) {
  const { tiers, tagged, form, callers, names, setting: more } = course;
  const participants = names.map((name) => {
    const child = startChild('speed-process.mjs', `${name} (${course.title})`);
    return { name, child, raw: /** @type {number[]} */ ([]) };
  });
  try {
    for (const [index, participant] of participants.entries()) {
      // Of the same length for all.
      const prefix = `speed-${index}`;
      const setting = { url, prefix, tiers, tagged, longDeadline: true, ...more };
      await participant.child.request({ order: 'open', name: participant.name, setting, callers, form });
    }
    for (let round = 0; round < rounds; round += 1)
      for (const [index] of participants.entries()) {
        const participant = participants[(index + round) % participants.length];
        if (participant === undefined) continue;
        participant.raw.push(
          (await participant.child.request({ order: 'read', cpuMs: turnCpuMs })).microseconds,
        );
        onTurn();
      }
  } finally {
    await Promise.all(participants.map(({ child }) => child.stop()));
  }
  return Object.fromEntries(participants.map(({ name, raw }) => [name, raw]));
}
