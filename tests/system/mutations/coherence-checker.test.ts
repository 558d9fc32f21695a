import { expect, inject, test } from 'vitest';
import { checkCoherence } from '../../../packages/redis-tier/src/testing/index.ts';
import { mutate } from '../../../tools/mutations/coherence/mutated-copy.ts';
import { cacheMutations } from '../../../tools/mutations/coherence/mutations.ts';

/** Mutations that run concurrently, each with its own processes and servers. */
const concurrency = 2;
/** Most mutations show within seconds on an idle machine; a busy one gets more time. */
const timeoutMs = 180_000;

let running = 0;
const waiting: (() => void)[] = [];

async function limited<T>(work: () => Promise<T>): Promise<T> {
  if (running >= concurrency) await new Promise<void>((resolve) => waiting.push(resolve));
  else running += 1;
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }
}

for (const mutation of cacheMutations)
  test.concurrent(`the checker detects: ${mutation.name}`, { timeout: 600_000 }, async () => {
    await limited(async () => {
      const { program, remove } = mutate(mutation);
      try {
        const { faults, shows, calmEveryMs = 15_000 } = mutation;
        const startedMs = performance.now();
        const { violations } = await checkCoherence({
          binary: inject('redisBinary'),
          topology: 'single',
          seed: 1,
          forMs: timeoutMs,
          stopAtFirst: true,
          processes: 3,
          program,
          faults,
          calmEveryMs,
        });
        console.log(`${mutation.name}: ${Math.round((performance.now() - startedMs) / 1000)} s`);
        const kinds = [...new Set(violations.map(({ kind }) => kind))];
        expect(kinds).not.toEqual([]);
        expect(shows).toEqual(expect.arrayContaining(kinds));
      } finally {
        remove();
      }
    });
  });
