/**
 * One contender in its own process: it opens the library, fills the cache, and reads on command. With separate
 * processes, compiled code, garbage and memory of one contender do not affect the others.
 */
import { contenders } from './contenders/all.mjs';
import { dayOf } from './value.mjs';

/**
 * @typedef {object} Open
 * @property {'open'} order
 * @property {import('./contenders/all.mjs').Name} name
 * @property {import('./contenders/contender.mjs').Setting} setting
 * @property {number} callers concurrent ones
 * @property {'value' | 'bytes'} form
 *
 * @typedef {{ order: 'read', cpuMs: number }} Read until this process has used `cpuMs` of CPU time
 * @typedef {{ microseconds: number }} Done CPU time of this process per call
 */

const keys = Array.from({ length: 64 }, (_, index) => `day-${index}`);

/** Reads some thousand times and returns the number of reads. @type {() => Promise<number>} */
let readSome = async () => {
  throw new Error('No contender is open');
};

process.on('disconnect', () => process.exit(0));
process.on('message', (/** @type {Open | Read} */ message) => {
  const done = message.order === 'open' ? open(message) : measure(message);
  done.then(
    (reply) => process.send?.(reply),
    (error) => {
      process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
      process.exit(1);
    },
  );
});

/** @param {Open} order */
async function open({ name, setting, callers, form }) {
  const contender = await contenders[name](setting);
  const { read, readBytes } = contender;
  const readOne = form === 'value' ? read : readBytes;
  if (readOne === undefined) throw new Error(`${name} cannot return bytes`);
  let loads = 0;
  const load = async () => {
    loads += 1;
    return dayOf('a day');
  };
  /** Reads key after key. Each caller begins with a different key. @param {number} first @param {number} calls */
  const caller = async (first, calls) => {
    for (let index = first; index < first + calls; index += 1)
      await readOne(keys[index % keys.length] ?? '', load);
  };
  readSome = async () => {
    const before = loads;
    const each = 6400 / callers;
    await Promise.all(Array.from({ length: callers }, (_, index) => caller(index, each)));
    if (loads > before)
      throw new Error(`${name} loaded ${loads - before} times, but only hits may be measured`);
    return 6400;
  };
  // Fills the cache and warms up the compiler.
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
