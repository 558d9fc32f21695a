import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../../dev/setup/user-error.mjs';

/** @typedef {{ name: string, keys: readonly string[] }} Trace the requested keys, in order */

/**
 * The web12 trace of a folder, if one is given, and a generated trace.
 *
 * @param {string | undefined} folder
 * @returns {Trace[]}
 * @throws {UserError} when the folder has no web12-page-requests.txt
 */
export function traces(folder) {
  const generated = [generatedTrace()];
  if (folder === undefined) return generated;
  const file = join(folder, 'web12-page-requests.txt');
  if (!existsSync(file))
    throw new UserError(`${file} does not exist.`, 'Use the folder that contains web12-page-requests.txt.');
  const keys = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  return [{ name: 'web12', keys }, ...generated];
}

/**
 * Four weeks of a booking platform: 400 shops with a skewed distribution of requests, requests mostly for the next
 * days, and once a week a crawler that requests 14 days of every shop.
 *
 * @returns {Trace}
 */
function generatedTrace() {
  const [shops, days, requestsPerDay] = [400, 28, 6000];
  const random = randomFrom(12);
  const weights = Array.from({ length: shops }, (_, rank) => 1 / (rank + 1) ** 0.9);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const pickShop = () => {
    let left = random() * total;
    return weights.findIndex((weight) => {
      left -= weight;
      return left <= 0;
    });
  };
  const keys = [];
  for (let today = 0; today < days; today += 1) {
    for (let request = 0; request < requestsPerDay; request += 1) {
      // Exponential with a mean of 6 days: today is requested most often, the median is in four days.
      const ahead = Math.floor(-6 * Math.log(1 - random()));
      keys.push(`${pickShop()}:${today + ahead}`);
    }
    if (today % 7 === 3)
      for (let shop = 0; shop < shops; shop += 1)
        for (let ahead = 0; ahead < 14; ahead += 1) keys.push(`${shop}:${today + ahead}`);
  }
  return { name: 'generated: shops and days', keys };
}

/** @param {number} seed */
function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
