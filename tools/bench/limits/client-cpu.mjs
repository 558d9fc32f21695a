/** CPU time of this process per check, including its threads and system calls, and the latency of a lone check. */
import { median } from '../rows.mjs';

/**
 * Runs as many checks at the same time as `concurrency` says.
 *
 * @param {(index: number) => Promise<boolean>} check
 * @param {{ checks: number, concurrency: number }} counts
 * @param {boolean} admitted the expected verdict
 * @returns {Promise<number>} microseconds per check
 * @throws {Error} when a verdict differs
 */
export async function cpuOfChecks(check, { checks, concurrency }, admitted) {
  let next = 0;
  let wrong = 0;
  const worker = async () => {
    while (next < checks) {
      const index = next;
      next += 1;
      if ((await check(index)) !== admitted) wrong += 1;
    }
  };
  const before = process.cpuUsage();
  await Promise.all(Array.from({ length: concurrency }, worker));
  const { user, system } = process.cpuUsage(before);
  if (wrong > 0) throw new Error(`${wrong} of ${checks} checks were not ${admitted ? 'admitted' : 'denied'}`);
  return (user + system) / checks;
}

/**
 * One check after the other, as by a lone caller.
 *
 * @param {(index: number) => Promise<boolean>} check
 * @param {number} checks
 * @returns {Promise<number>} the median, in microseconds
 * @throws {Error} when a check is not admitted
 */
export async function latencyOfChecks(check, checks) {
  const microseconds = [];
  for (let index = 0; index < checks; index += 1) {
    const before = performance.now();
    const admitted = await check(index);
    microseconds.push(1000 * (performance.now() - before));
    if (!admitted) throw new Error(`check ${index} of ${checks} was not admitted`);
  }
  return median(microseconds);
}

/**
 * Runs every measurement in every round, in rotating order, so that other load on the machine affects all of them.
 *
 * @template {string} Name
 * @param {Record<Name, (round: number) => Promise<number>>} measurements
 * @param {number} rounds in addition to one for warm-up, which is not counted
 * @param {(done: number, of: number) => void} onProgress
 * @returns {Promise<Record<Name, number[]>>}
 */
export async function inRounds(measurements, rounds, onProgress) {
  const names = /** @type {Name[]} */ (Object.keys(measurements));
  const raw = /** @type {Record<Name, number[]>} */ ({});
  for (const name of names) raw[name] = [];
  for (let round = 0; round <= rounds; round += 1) {
    for (let turn = 0; turn < names.length; turn += 1) {
      const name = names[(turn + round) % names.length];
      if (name === undefined) continue;
      const figure = await measurements[name](round);
      if (round > 0) raw[name].push(figure);
      onProgress(round * names.length + turn + 1, (rounds + 1) * names.length);
    }
  }
  return raw;
}
