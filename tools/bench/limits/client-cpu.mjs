/** CPU time of this process for a check, its threads and the kernel's work for it included. */

export const concurrency = 64;

/**
 * @param {(index: number) => Promise<boolean>} check
 * @param {number} checks
 * @param {boolean} admitted what they have to answer
 * @returns {Promise<number>} microseconds a check
 */
export async function cpuOfChecks(check, checks, admitted) {
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
  if (wrong > 0)
    throw new Error(`${wrong} of ${checks} checks were not ${admitted ? 'admitted' : 'refused'}`);
  return (user + system) / checks;
}

/**
 * Measures all of them in every round, each time in another order, so that a slow minute is one for all.
 *
 * @template {string} Name
 * @param {Record<Name, (round: number) => Promise<number>>} works each gives a figure
 * @param {number} rounds counted ones; one more goes before them
 * @param {(done: number, of: number) => void} told
 * @returns {Promise<Record<Name, number[]>>}
 */
export async function inRounds(works, rounds, told) {
  const names = /** @type {Name[]} */ (Object.keys(works));
  const raw = /** @type {Record<Name, number[]>} */ ({});
  for (const name of names) raw[name] = [];
  for (let round = 0; round <= rounds; round += 1) {
    for (let turn = 0; turn < names.length; turn += 1) {
      const name = names[(turn + round) % names.length];
      if (name === undefined) continue;
      const figure = await works[name](round);
      if (round > 0) raw[name].push(figure);
      told(round * names.length + turn + 1, (rounds + 1) * names.length);
    }
  }
  return raw;
}
