import { describeMachine, formatMachine } from '../machine.mjs';
import { percent, table } from '../tables.mjs';
import { policies } from './policies.mjs';
import { traces } from './traces.mjs';

/** @typedef {import('../rows.mjs').Row} Row */

const sizes = [500, 2000, 5000];
const inUse = 'lru-cache (LRU)';
/** The share that another policy would have to hit more often than ours before it is worth its price. */
const worthwhile = 0.02;

/**
 * What in-process caches hit of the same requests with the same number of entries, and what a hit costs. The target says
 * when the local tier should think again: when another hits so much more on every trace.
 *
 * @param {string | undefined} folder of traces
 * @returns {Promise<{ rows: Row[], text: string, about: object }>}
 */
export async function benchEviction(folder) {
  const names = Object.keys(policies);
  /** @type {Row[]} */
  const rows = [];
  /** @type {Record<string, number[]>} */
  const cpu = Object.fromEntries(names.map((name) => [name, []]));
  for (const { name: trace, keys } of traces(folder))
    for (const entries of sizes) {
      /** @type {Record<string, number>} */
      const shares = {};
      for (const name of names) {
        const began = process.cpuUsage();
        shares[name] = play(policies[name]?.(entries), keys);
        const { user, system } = process.cpuUsage(began);
        cpu[name]?.push((user + system) / keys.length);
      }
      const { [inUse]: ours = 0, ...peers } = shares;
      rows.push({
        name: `${trace}, ${keys.length} requests, ${entries} entries`,
        unit: 'share hit',
        raw: [ours],
        ours,
        peers,
        ratio: null,
        target: null,
        met: null,
      });
    }
  const gains = names.filter((name) => name !== inUse).map((name) => ({ name, gain: meanGain(rows, name) }));
  const machine = describeMachine(undefined);
  const shown = table([
    ['', ...names],
    ...rows.map(({ name, ours, peers }) => [name, percent(ours), ...Object.values(peers).map(percent)]),
    ['CPU us a request, mean', ...names.map((name) => mean(cpu[name] ?? []).toFixed(2))],
    ['gain over LRU, mean', '-', ...gains.map(({ gain }) => percent(gain))],
  ]);
  const better = gains.filter(({ gain }) => gain >= worthwhile).map(({ name }) => name);
  const words = better.length === 0 ? 'none' : better.join(', ');
  const text = `${shown}\nBetter by ${percent(worthwhile)} of the requests or more: ${words}.\n\n${formatMachine(machine)}\n`;
  return { rows, text, about: { machine } };
}

/** @param {import('./policies.mjs').Tried | undefined} cache @param {readonly string[]} keys */
function play(cache, keys) {
  if (cache === undefined) return Number.NaN;
  let hits = 0;
  for (const key of keys) {
    if (cache.has(key)) hits += 1;
    else cache.add(key);
  }
  return hits / keys.length;
}

/** @param {readonly Row[]} rows @param {string} name */
function meanGain(rows, name) {
  return mean(rows.map(({ ours, peers }) => (peers[name] ?? Number.NaN) - ours));
}

/** @param {readonly number[]} values */
function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
