import { expect, inject, test } from 'vitest';
import { checkCoherence } from '../../../packages/redis-tier/src/testing/index.ts';
import { soundProgram } from '../../../tools/mutations/coherence/mutated-copy.ts';

const seed = Number(process.env['COHERENCE_SEED'] ?? Date.now() % 1_000_000);
const forMs = Number(process.env['COHERENCE_MS'] ?? 20_000);

test.each(['single', 'cluster'] as const)(
  `processes under random faults read nothing that was invalidated: %s (COHERENCE_SEED=${seed})`,
  { timeout: forMs + 120_000 },
  async (topology) => {
    const binary = inject('redisBinary');
    const report = await checkCoherence({ binary, topology, seed, forMs, program: soundProgram });
    console.log(`${topology}, seed ${seed}: ${JSON.stringify({ ...report, violations: undefined })}`);
    expect(report.violations).toEqual([]);
    // It has seen something.
    const { local, remote, miss } = report.reads;
    expect(Math.min(local, remote, miss)).toBeGreaterThan(20);
    expect(Object.keys(report.faults).length).toBeGreaterThan(3);
  },
);
