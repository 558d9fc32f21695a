import { median, spread } from '../rows.mjs';
import { table } from '../tables.mjs';

/** @typedef {import('../rows.mjs').Row} Row */
/** @typedef {Row & { limit: 'ours' | 'ratio' | null, values: Record<string, number> }} TargetRow `limit`: the value that must not exceed the target */

/**
 * @param {object} figure
 * @param {string} figure.name
 * @param {string} figure.unit
 * @param {Record<string, readonly number[]>} figure.measured by contender, one value per round; `ours` is one of them
 * @param {'ours' | 'ratio' | null} figure.limit `ratio`: the median over the rounds of ours divided by raw
 * @param {number | null} figure.target the maximum
 * @returns {TargetRow}
 */
export function judgeRow({ name, unit, measured, limit, target }) {
  const values = Object.fromEntries(Object.entries(measured).map(([key, raw]) => [key, median(raw)]));
  const { ours = Number.NaN, ...peers } = values;
  const oursRaw = measured['ours'] ?? [];
  const baseline = measured['raw'];
  // Per round: both were measured within seconds of each other, under the same load of the machine.
  const ratio =
    baseline === undefined
      ? null
      : median(oursRaw.map((value, round) => value / (baseline[round] ?? Number.NaN)));
  const limited = limit === 'ratio' ? (ratio ?? Number.NaN) : ours;
  const met = target === null ? null : limited <= target;
  return { name, unit, raw: oursRaw, ours, peers, ratio, target, met, limit, values };
}

/** @param {readonly TargetRow[]} rows @param {readonly string[]} contenders the columns, in this order */
export function judgedTable(rows, contenders) {
  return table([
    ['', ...contenders, 'unit', 'spread', 'ours/raw', 'target', 'met'],
    ...rows.map(({ name, unit, raw, values, ratio, target, limit, met }) => [
      name,
      ...contenders.map((contender) => figure(values[contender])),
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
