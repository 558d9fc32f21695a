import { describeMachine, formatMachine } from '../machine.mjs';
import { percent, table } from '../tables.mjs';
import { versionsOf } from '../versions.mjs';
import { policies } from './policies.mjs';
import { traces } from './traces.mjs';

/** @typedef {import('../rows.mjs').Row} Row */

const sizes = [500, 2000, 5000];
const inUse = 'lru-cache (LRU)';
/** The gain in hit rate that would justify replacing LRU. */
const worthwhileGain = 0.02;

/**
 * Compares the hit rates of in-process caches of the same size for the same requests, and their CPU time per request.
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
      const hitRates = {};
      for (const name of names) {
        const began = process.cpuUsage();
        hitRates[name] = hitRate(policies[name]?.(entries), keys);
        const { user, system } = process.cpuUsage(began);
        cpu[name]?.push((user + system) / keys.length);
      }
      const { [inUse]: ours = 0, ...peers } = hitRates;
      rows.push({
        name: `${trace}, ${keys.length} requests, ${entries} entries`,
        unit: 'hit rate',
        raw: [ours],
        ours,
        peers,
        ratio: null,
        target: null,
        met: null,
      });
    }
  const gains = names.filter((name) => name !== inUse).map((name) => ({ name, gain: meanGain(rows, name) }));
  const machine = describeMachine(
    versionsOf(['lru-cache', '@neophi/sieve-cache', 'transitory', 'quick-lru']),
  );
  const resultTable = table([
    ['', ...names],
    ...rows.map(({ name, ours, peers }) => [name, percent(ours), ...Object.values(peers).map(percent)]),
    ['CPU us per request, mean', ...names.map((name) => mean(cpu[name] ?? []).toFixed(2))],
    ['gain over LRU, mean', '-', ...gains.map(({ gain }) => percent(gain))],
  ]);
  const better = gains.filter(({ gain }) => gain >= worthwhileGain).map(({ name }) => name);
  const list = better.length === 0 ? 'none' : better.join(', ');
  const text = `${resultTable}\nBetter than LRU by at least ${percent(worthwhileGain)} of the requests: ${list}.\n\n${formatMachine(machine)}\n`;
  return { rows, text, about: { machine } };
}

/** Returns the hit rate. @param {import('./policies.mjs').TestedCache | undefined} cache @param {readonly string[]} keys */
function hitRate(cache, keys) {
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
