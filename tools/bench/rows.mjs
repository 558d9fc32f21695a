import { table } from './tables.mjs';

/**
 * @typedef {object} Row one figure of a benchmark
 * @property {string} name
 * @property {string} unit of `ours` and of `peers`
 * @property {readonly number[]} raw the measurements, one per round
 * @property {number} ours the median of `raw`
 * @property {Record<string, number>} peers the medians of what it is compared with
 * @property {number | null} ratio of ours to the peer of the target
 * @property {number | null} target for the ratio, or for `ours` if there is no ratio; null: no target
 * @property {'least' | 'most' | 'exactly'} [bound] whether the target is a minimum, a maximum or the exact value; default least
 * @property {boolean | null} met null if there is no target
 */

/** @param {readonly number[]} values */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

/** The largest deviation from the median, as a fraction of the median. @param {readonly number[]} values */
export function spread(values) {
  const middle = median(values);
  return middle === 0 ? 0 : Math.max(...values.map((value) => Math.abs(value - middle))) / middle;
}

/** @param {readonly Row[]} rows */
export function rowTable(rows) {
  return table([
    ['', 'ours', 'unit', 'spread', 'peer', 'ratio', 'target', 'met'],
    ...rows.map(({ name, unit, raw, ours, peers, ratio, target, bound, met }) => [
      name,
      ours.toFixed(0),
      unit,
      `± ${(spread(raw) * 100).toFixed(0)} %`,
      Object.entries(peers)
        .map(([peer, value]) => `${peer} ${value.toFixed(0)}`)
        .join(', ') || '-',
      ratio === null ? '-' : ratio.toFixed(2),
      targetText({ target, bound }),
      met === null ? '-' : met ? 'yes' : 'NO',
    ]),
  ]);
}

const signs = { least: '>=', most: '<=', exactly: '=' };

/** @param {{ target: number | null, bound?: keyof typeof signs | undefined }} row */
export function targetText({ target, bound = 'least' }) {
  return target === null ? '-' : `${signs[bound]} ${target}`;
}

/** @param {number} value @param {number} target @param {keyof typeof signs} bound */
export function isMet(value, target, bound) {
  if (bound === 'exactly') return value === target;
  return bound === 'most' ? value <= target : value >= target;
}
