import { median, spread } from '../rows.mjs';
import { table } from '../tables.mjs';

/** @typedef {import('../rows.mjs').Row} Row */
/** @typedef {Row & { limit: 'ours' | 'ratio' | null, values: Record<string, number> }} TargetRow `limit`: what must not exceed the target */

/**
 * @param {object} figure
 * @param {string} figure.name
 * @param {string} figure.unit
 * @param {Record<string, readonly number[]>} figure.measured by contender, round by round; `ours` is one of them
 * @param {'ours' | 'ratio' | null} figure.limit `ratio`: of ours to raw, the median of the rounds'
 * @param {number | null} figure.target the most that it may be
 * @returns {TargetRow}
 */
export function judgeRow({ name, unit, measured, limit, target }) {
  const values = Object.fromEntries(Object.entries(measured).map(([who, raw]) => [who, median(raw)]));
  const { ours = Number.NaN, ...peers } = values;
  const mine = measured['ours'] ?? [];
  const limits = measured['raw'];
  // Round by round: both had their turn in the same minute of the machine.
  const ratio =
    limits === undefined ? null : median(mine.map((value, round) => value / (limits[round] ?? Number.NaN)));
  const targetOf = limit === 'ratio' ? (ratio ?? Number.NaN) : ours;
  const met = target === null ? null : targetOf <= target;
  return { name, unit, raw: mine, ours, peers, ratio, target, met, limit, values };
}

/** @param {readonly TargetRow[]} rows @param {readonly string[]} who in this order */
export function judgedTable(rows, who) {
  return table([
    ['', ...who, 'unit', 'spread', 'ours/raw', 'target', 'met'],
    ...rows.map(({ name, unit, raw, values, ratio, target, limit, met }) => [
      name,
      ...who.map((each) => figure(values[each])),
      unit,
      raw.length < 2 ? '-' : `± ${(spread(raw) * 100).toFixed(0)} %`,
      ratio === null ? '-' : ratio.toFixed(2),
      target === null ? '-' : `<= ${target}${limit === 'ratio' ? ' x raw' : ''}`,
      met === null ? '-' : met ? 'yes' : 'NO',
    ]),
  ]);
}

/** @param {number | undefined} value */
function figure(value) {
  if (value === undefined) return '-';
  return Number.isInteger(value) ? String(value) : value.toFixed(value < 100 ? 2 : 0);
}
