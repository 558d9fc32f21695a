import { progress } from '../progress.mjs';
import { cpuOfChecks, inRounds, latencyOfChecks } from './client-cpu.mjs';

/** @typedef {import('./contenders/all.mjs').ContenderName} ContenderName */
/** @typedef {import('./contenders/contender.mjs').Contender} Contender */
/** @typedef {import('./contenders/contender.mjs').ContenderOptions} ContenderOptions */
/** @typedef {(name: ContenderName, prefix: string, more?: Partial<ContenderOptions>) => Promise<Contender>} StartContender */

export const concurrency = 64;
export const keyCount = 4000;
export const checks = 20_000;
/** When each check waits for the one before. */
export const checksAlone = 4000;

/**
 * @typedef {object} CpuCourse one row of the table
 * @property {string} title
 * @property {'CPU' | 'latency'} [measures] default CPU
 * @property {boolean} admitted the verdict of all checks
 * @property {number} concurrency
 * @property {readonly ContenderName[]} names
 * @property {Partial<ContenderOptions>} [more]
 * @property {import('./figures.mjs').Requirement} [target]
 */

const allWindows = /** @type {const} */ (['ours', 'EVALSHA', 'rate-limiter-flexible', '@upstash/ratelimit']);
const all = /** @type {const} */ ([...allWindows, '@fastify/rate-limit']);
const admitted = { admitted: true, concurrency };
const oneWindow = { windows: [{ name: 'minute', seconds: 60, limit: 60 }] };
/** @param {number} most */
const ofEvalsha = (most) => /** @type {const} */ ({ most, ofPeer: 'EVALSHA' });

/** @type {readonly CpuCourse[]} */
export const cpuCourses = [
  { ...admitted, title: 'admitted', names: allWindows, target: ofEvalsha(0.45) },
  {
    ...admitted,
    title: 'admitted, auto-pipelining',
    names: allWindows,
    more: { autoPipelining: true },
  },
  { ...admitted, title: 'admitted, one at a time', concurrency: 1, names: allWindows },
  {
    ...admitted,
    title: 'admitted, one at a time',
    measures: 'latency',
    concurrency: 1,
    names: allWindows,
    target: ofEvalsha(1.3),
  },
  { ...admitted, title: 'admitted, one window', names: all, more: oneWindow },
  {
    ...admitted,
    title: 'admitted, one window, auto-pipelining',
    names: all,
    more: { ...oneWindow, autoPipelining: true },
  },
  {
    admitted: false,
    concurrency,
    title: 'denied again',
    names: all.filter((name) => name !== 'EVALSHA'),
    more: { inMemoryBlock: true },
    target: { most: 1.5 },
  },
];

/**
 * Microseconds per check: by row and by contender, one value per round.
 *
 * @param {StartContender} start
 * @param {number} rounds
 */
export async function measureCpu(start, rounds) {
  /** @type {Record<string, (round: number) => Promise<number>>} */
  const measurements = {};
  for (const [number, { names, more, ...course }] of cpuCourses.entries())
    for (const [index, name] of names.entries()) {
      // Of the same length for all.
      const limiter = await start(name, `cpu-${number}-${index}`, more);
      measurements[`${number} ${name}`] = (round) => microsecondsOf(limiter, course, round);
    }
  const raw = await inRounds(measurements, rounds, progress('Measuring CPU'));
  return cpuCourses.map(({ names }, number) =>
    Object.fromEntries(names.map((name) => [name, raw[`${number} ${name}`] ?? []])),
  );
}

/**
 * @param {Contender} limiter
 * @param {Pick<CpuCourse, 'measures' | 'admitted' | 'concurrency'>} course
 * @param {number} round
 */
async function microsecondsOf({ check }, course, round) {
  const counts = {
    checks: course.concurrency === 1 ? checksAlone : checks,
    concurrency: course.concurrency,
  };
  if (course.admitted) {
    const keys = Array.from({ length: keyCount }, (_, i) => `key ${i} of round ${round}`);
    const checkNext = (/** @type {number} */ i) => check(keys[i % keyCount] ?? '');
    if (course.measures === 'latency') return latencyOfChecks(checkNext, counts.checks);
    return cpuOfChecks(checkNext, counts, true);
  }
  const key = `hot ${round}`;
  for (let i = 0; i < 61; i += 1) await check(key);
  return cpuOfChecks(() => check(key), counts, false);
}
