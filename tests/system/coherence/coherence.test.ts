import { expect, inject, test } from 'vitest';
import { checkCoherence } from '../../../packages/redis-tier/src/testing/index.ts';
import { unmutatedProgram } from '../../../tools/mutations/coherence/mutated-copy.ts';

const seed = Number(process.env['COHERENCE_SEED'] ?? Date.now() % 1_000_000);
const forMs = Number(process.env['COHERENCE_MS'] ?? 20_000);

test.each(['single', 'cluster'] as const)(
  `processes under random faults read no invalidated value: %s (COHERENCE_SEED=${seed})`,
  { timeout: 3 * forMs + 600_000 },
  async (topology) => {
    // Longer than the default: on a busy machine replies are sometimes late, and a load would count as a lost entry.
    const options = {
      binary: inject('redisBinary'),
      topology,
      forMs,
      deadlineMs: 500,
      program: unmutatedProgram,
    };
    const reads = { local: 0, remote: 0, miss: 0 };
    const faults = new Set<string>();
    // A busy machine sees less in the same time, so the test runs further seeds until it has seen enough.
    for (let round = 0; Math.min(...Object.values(reads)) <= 20 || faults.size <= 3; round += 1) {
      const report = await checkCoherence({ ...options, seed: seed + round });
      console.log(
        `${topology}, seed ${seed + round}: ${JSON.stringify({ ...report, violations: undefined })}`,
      );
      expect(report.violations).toEqual([]);
      for (const source of ['local', 'remote', 'miss'] as const) reads[source] += report.reads[source];
      for (const fault of Object.keys(report.faults)) faults.add(fault);
    }
  },
);
