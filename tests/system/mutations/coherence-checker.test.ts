import { expect, inject, test } from 'vitest';
import { checkCoherence } from '../../../packages/redis-tier/src/testing/index.ts';
import { mutate } from '../../../tools/mutations/coherence/mutated-copy.ts';
import { cacheMutations } from '../../../tools/mutations/coherence/mutations.ts';

/** Each has processes and servers of its own: so many at once. */
const atOnce = 2;
/** A minute does on a machine of one's own, where most show within seconds; one that others use too gets more. */
const withinMs = 180_000;

let running = 0;
const waiting: (() => void)[] = [];

async function fairOrder<T>(work: () => Promise<T>): Promise<T> {
  if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
  else running += 1;
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }
}

test.concurrent.each(cacheMutations)('the checker catches: $name', { timeout: 600_000 }, async (bug) => {
  await fairOrder(async () => {
    const { program, remove } = mutate(bug);
    try {
      const { faults, shows, calmEveryMs = 15_000 } = bug;
      const beganMs = performance.now();
      const { violations } = await checkCoherence({
        binary: inject('redisBinary'),
        topology: 'single',
        seed: 1,
        forMs: withinMs,
        stopAtFirst: true,
        processes: 3,
        program,
        faults,
        calmEveryMs,
      });
      console.log(`${bug.name}: ${Math.round((performance.now() - beganMs) / 1000)} s`);
      const kinds = [...new Set(violations.map(({ kind }) => kind))];
      expect(kinds).not.toEqual([]);
      expect(shows).toEqual(expect.arrayContaining(kinds));
    } finally {
      remove();
    }
  });
});
