import { isMet, median, spread, targetText } from '../rows.mjs';
import { table } from '../tables.mjs';
import { cpuCourses } from './cpu-rows.mjs';

/** @typedef {import('../rows.mjs').Row} Row */

/** @typedef {{ most: number, ofPeer?: 'EVALSHA' } | { exactly: number }} Requirement `ofPeer`: the target is for the ratio to it */

/**
 * @typedef {object} Measured figures by contender
 * @property {readonly Record<string, number[]>[]} cpu for each course
 * @property {Record<string, number>} bursts
 * @property {Record<string, number>} consumed
 * @property {Record<string, number>} edges
 * @property {{ idle: Record<string, number>, full: Record<string, number> }} bytes
 * @property {Record<string, import('./frozen.mjs').Outage>} outages
 */

/**
 * @param {Measured} measured
 * @param {{ limit: number, left: number }} quota the limit, and the units that were left of it when Redis froze
 * @returns {Row[]}
 */
export function rowsOf({ cpu, bursts, consumed, edges, bytes, outages }, { limit, left }) {
  const verdicts = mapped(outages, ({ decisionMs }) => [decisionMs]);
  const admitted = mapped(outages, (outage) => [outage.admitted]);
  return [
    ...cpuCourses.map(({ title, measures = 'CPU', target }, index) =>
      row(`${measures === 'CPU' ? 'client CPU' : measures}, ${title}`, 'us', cpu[index] ?? {}, target),
    ),
    row(`admitted in a burst, limit ${limit}`, 'checks', mapped(bursts, one), { exactly: limit }),
    row('hourly quota consumed by denials', 'units', mapped(consumed, one), { exactly: 0 }),
    row('max admitted per window at an edge', 'checks', mapped(edges, one), { most: limit }),
    row('Redis memory, key with one request', 'bytes', mapped(bytes.idle, one), { most: 200 }),
    row('Redis memory, key at its limit', 'bytes', mapped(bytes.full, one), { most: 460 }),
    row('Redis frozen: slowest decision', 'ms', verdicts, { most: 150 }),
    row(`Redis frozen: admitted, ${left} left`, 'checks', admitted, { exactly: left }),
  ];
}

const one = (/** @type {number} */ value) => [value];

/** @template T, U @param {Record<string, T>} values @param {(value: T) => U} map @returns {Record<string, U>} */
function mapped(values, map) {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, map(value)]));
}

/**
 * @param {string} name
 * @param {string} unit
 * @param {Record<string, number[]>} values
 * @param {Requirement} [required]
 * @returns {Row}
 */
function row(name, unit, values, required) {
  const raw = values['ours'] ?? [];
  const ours = median(raw);
  const peers = mapped(values, median);
  delete peers['ours'];
  const ratio = peers['EVALSHA'] === undefined ? null : ours / peers['EVALSHA'];
  if (required === undefined) return { name, unit, raw, ours, peers, ratio, target: null, met: null };
  const judged = 'ofPeer' in required && ratio !== null ? ratio : ours;
  const bound = 'most' in required ? 'most' : 'exactly';
  const target = 'most' in required ? required.most : required.exactly;
  return { name, unit, raw, ours, peers, ratio, target, bound, met: isMet(judged, target, bound) };
}

/** A table with one column per library. @param {readonly Row[]} rows */
export function sideBySide(rows) {
  const peers = [...new Set(rows.flatMap((row) => Object.keys(row.peers)))];
  const figure = (/** @type {number | undefined} */ value) =>
    value === undefined ? '-' : value.toFixed(value < 10 && !Number.isInteger(value) ? 2 : 0);
  return table([
    ['', 'unit', 'ours', 'spread', 'ours/EVALSHA', 'target', 'met', ...peers],
    ...rows.map((row) => [
      row.name,
      row.unit,
      figure(row.ours),
      row.raw.length > 1 ? `± ${(spread(row.raw) * 100).toFixed(0)} %` : '-',
      row.ratio === null ? '-' : row.ratio.toFixed(2),
      targetText(row),
      row.met === null ? '-' : row.met ? 'yes' : 'NO',
      ...peers.map((peer) => figure(row.peers[peer])),
    ]),
  ]);
}
