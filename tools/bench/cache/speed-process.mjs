/**
 * One contender in a process of its own: it is opened, fills its cache, and reads on command. What is compiled, collected
 * and kept for one does not weigh on the others.
 */
import { contenders } from './contenders/all.mjs';
import { dayOf } from './value.mjs';

/**
 * @typedef {object} Open
 * @property {'open'} order
 * @property {import('./contenders/all.mjs').Name} name
 * @property {import('./contenders/contender.mjs').Setting} setting
 * @property {number} callers who read at the same time
 * @property {'value' | 'bytes'} wants
 *
 * @typedef {{ order: 'read', cpuMs: number }} Read for so long
 * @typedef {{ microseconds: number }} Done CPU time of this process for one call
 */

const keys = Array.from({ length: 64 }, (_, index) => `day-${index}`);

/** Reads some thousand times, and says how often. @type {() => Promise<number>} */
let readSome = async () => {
  throw new Error('Nothing was opened');
};

process.on('disconnect', () => process.exit(0));
process.on('message', (/** @type {Open | Read} */ message) => {
  const done = message.order === 'open' ? open(message) : measure(message);
  done.then(
    (answer) => process.send?.(answer),
    (error) => {
      process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
      process.exit(1);
    },
  );
});

/** @param {Open} order */
async function open({ name, setting, callers, wants }) {
  const contender = await contenders[name](setting);
  const { read, readBytes } = contender;
  const ask = wants === 'value' ? read : readBytes;
  if (ask === undefined) throw new Error(`${name} gives no bytes`);
  let loads = 0;
  const load = async () => {
    loads += 1;
    return dayOf('a day');
  };
  /** Reads key after key, beginning with another one than the other callers. @param {number} first @param {number} calls */
  const caller = async (first, calls) => {
    for (let index = first; index < first + calls; index += 1)
      await ask(keys[index % keys.length] ?? '', load);
  };
  readSome = async () => {
    const before = loads;
    const each = 6400 / callers;
    await Promise.all(Array.from({ length: callers }, (_, index) => caller(index, each)));
    if (loads > before)
      throw new Error(`${name} loaded ${loads - before} times: it was to be measured on hits`);
    return 6400;
  };
  // Filled, and everything compiled.
  await caller(0, keys.length);
  await caller(0, keys.length);
  for (let round = 0; round < 4; round += 1) await readSome();
  return {};
}

/** @param {Read} order @returns {Promise<Done>} */
async function measure({ cpuMs }) {
  const before = process.cpuUsage();
  let calls = 0;
  for (;;) {
    calls += await readSome();
    const { user, system } = process.cpuUsage(before);
    if (user + system >= cpuMs * 1000) return { microseconds: (user + system) / calls };
  }
}
