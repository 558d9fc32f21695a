import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { takeLock } from './lock.mjs';
import { poll } from './poll.mjs';
import { cacheFolder } from './project.mjs';
import { UserError } from './trouble.mjs';

/**
 * Does a piece of work that takes a while, and tells about it on one line.
 *
 * @template T
 * @param {string} label
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(label, work) {
  const begin = performance.now();
  process.stdout.write(`${label} ... `);
  try {
    const result = await work();
    process.stdout.write(`${seconds(performance.now() - begin)}\n`);
    return result;
  } catch (error) {
    process.stdout.write('failed\n');
    throw error;
  }
}

/** @param {number} ms */
export function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}

/**
 * Two commands on the same clone (`npm start` and `npm test`, say) must not install or build at the same time: the
 * second one waits for the first.
 *
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function oneAtATime(work) {
  mkdirSync(cacheFolder, { recursive: true });
  const file = join(cacheFolder, 'setup.lock');
  let told = false;
  const lock = await poll(
    () => {
      const taken = takeLock(file);
      if (!('heldBy' in taken)) return taken;
      if (!told)
        process.stdout.write(`Waiting for process ${taken.heldBy.pid}, which installs or builds here\n`);
      told = true;
      return undefined;
    },
    { withinMs: 15 * 60_000, everyMs: 250 },
  );
  if (lock === undefined) {
    throw new UserError(
      'Another process has been installing or building here for 15 minutes.',
      `It holds ${file}.`,
    );
  }
  try {
    return await work();
  } finally {
    lock.release();
  }
}
