import { median, spread } from '../rows.mjs';
import { markdownTable, table } from '../tables.mjs';

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
    baseline === undefined || oursRaw.length === 0
      ? null
      : median(oursRaw.map((value, round) => value / (baseline[round] ?? Number.NaN)));
  const limited = limit === 'ratio' ? (ratio ?? Number.NaN) : ours;
  const met = target === null ? null : limited <= target;
  return { name, unit, raw: oursRaw, ours, peers, ratio, target, met, limit, values };
}

/**
 * The table of the README: one column per library.
 *
 * @param {readonly TargetRow[]} rows
 * @param {Readonly<Record<string, string>>} columns the title of each contender, in the order of the columns
 */
export function comparisonTable(rows, columns) {
  return markdownTable([
    ['', ...Object.values(columns)],
    ...rows.map(({ name, values }) => [
      name,
      ...Object.keys(columns).map((contender) => figure(values[contender])),
    ]),
  ]);
}

/** Ours compared with the targets. @param {readonly TargetRow[]} rows */
export function targetTable(rows) {
  return table([
    ['', 'ours', 'spread', 'ours/raw', 'target', 'met'],
    ...rows
      .filter(({ values }) => values['ours'] !== undefined)
      .map(({ name, raw, ours, ratio, target, limit, met }) => [
        name,
        figure(ours),
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
