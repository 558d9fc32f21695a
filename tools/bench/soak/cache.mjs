import { checkCoherence } from '@bookedbarber/redis-tier/testing';
import { findOrFetchRedis } from '../../../dev/services/redis/redis-binary.mjs';
import { describeMachine, formatMachine } from '../machine.mjs';
import { count, milliseconds, table } from '../tables.mjs';

/** Duration of a turn with one topology, in ms. Then follows the other topology with the next seed. */
const turnMs = 5 * 60_000;
const topologies = /** @type {const} */ (['single', 'cluster']);

/**
 * A fleet of processes reads and writes through the cache while servers, connections and processes fail at random. The
 * topology is a primary with a replica for half of the time, and a cluster of six nodes for the other half.
 *
 * @param {{ seed: string, minutes: number }} options
 * @returns {Promise<string[]>} the violations
 */
export async function soakCache({ seed, minutes }) {
  const { file: binary, version } = await findOrFetchRedis(process.env);
  const allMs = minutes * 60_000;
  const turns = 2 * Math.max(1, Math.round(allMs / (2 * turnMs)));
  const violations = [];
  for (let turn = 0; turn < turns; turn += 1) {
    const topology = topologies[turn % 2] ?? 'single';
    const turnSeed = (Number(seed) + turn) % 2 ** 32;
    process.stderr.write(`${topology}, seed ${turnSeed}\n`);
    const report = await checkCoherence({ binary, topology, seed: turnSeed, forMs: allMs / turns });
    violations.push(
      ...report.violations.map(({ kind, text }) => `${kind} (${topology}, seed ${turnSeed}): ${text}`),
    );
    process.stdout.write(`${reportTable(topology, report)}\n`);
  }
  process.stdout.write(`${formatMachine(describeMachine({ redis: version }))}\n`);
  return violations;
}

/** @param {string} topology @param {import('@bookedbarber/redis-tier/testing').CoherenceReport} report */
function reportTable(topology, { reads, changes, failedLoads, faults, maxLocalLagMs, violations }) {
  return table([
    [topology, ''],
    ...Object.entries(reads).map(([source, number]) => [`read: ${source}`, count(number)]),
    ['writes', count(changes)],
    ['failed loads', count(failedLoads)],
    ...Object.entries(faults).map(([fault, number]) => [`fault: ${fault}`, count(number)]),
    ['max staleness of the local tier, ms', milliseconds(maxLocalLagMs)],
    ['violations', count(violations.length)],
  ]);
}
