import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../../dev/setup/user-error.mjs';

/** @typedef {{ name: string, keys: readonly string[] }} Trace what is asked for, in order */

/**
 * The traces of a folder that are known here, and one that is made.
 *
 * @param {string | undefined} folder
 * @returns {Trace[]}
 */
export function traces(folder) {
  const made = [generatedTrace()];
  if (folder === undefined) return made;
  const file = join(folder, 'web12-page-requests.txt');
  if (!existsSync(file))
    throw new UserError(`${file} is not there.`, 'Name the folder that holds web12-page-requests.txt.');
  const keys = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  return [{ name: 'web12', keys }, ...made];
}

/**
 * Four weeks of a booking platform: 400 shops, some much busier than others; clients look at days soon to come, and the
 * days move on; now and then a crawler goes through every shop and day.
 *
 * @returns {Trace}
 */
function generatedTrace() {
  const [shops, days, looksADay] = [400, 28, 6000];
  const random = drawsFrom(12);
  const weights = Array.from({ length: shops }, (_, rank) => 1 / (rank + 1) ** 0.9);
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  const pickShop = () => {
    let left = random() * whole;
    return weights.findIndex((weight) => {
      left -= weight;
      return left <= 0;
    });
  };
  const keys = [];
  for (let today = 0; today < days; today += 1) {
    for (let look = 0; look < looksADay; look += 1) {
      // Tomorrow is asked for most; the median is in four days.
      const ahead = Math.floor(-6 * Math.log(1 - random()));
      keys.push(`${pickShop()}:${today + ahead}`);
    }
    if (today % 7 === 3)
      for (let shop = 0; shop < shops; shop += 1)
        for (let ahead = 0; ahead < 14; ahead += 1) keys.push(`${shop}:${today + ahead}`);
  }
  return { name: 'made: shops and days', keys };
}

/** @param {number} seed */
function drawsFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
