import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildPages, restorePages, writeSource } from './copies.ts';
import type { Mutant } from './mutators.ts';
import type { Reach } from './reach.ts';
import { runTests } from './test-run.ts';

export type Trial = {
  readonly mutant: Mutant;
  readonly result: 'killed' | 'survived' | 'not reached';
  /** The test that failed. */
  readonly by?: string;
  /** Test files that ran. */
  readonly files: number;
};

/** Tests of the pages in a browser. They test the build, so nothing records what they reach. */
const browserTests = ['tests/browser', 'tests/system/browser'];
/** Files of the first run, which usually contains the one that fails. */
const firstFiles = 6;
const testTimeoutMs = 60_000;

/** Runs the test files that reach the mutant, most specific first, until a test fails. */
export async function tryMutant(
  folder: string,
  mutant: Mutant,
  reach: Reach,
  number: number,
): Promise<Trial> {
  const files = inOrder(mutant, reach, number);
  const batches = [files.slice(0, firstFiles), files.slice(firstFiles)].filter((batch) => batch.length > 0);
  const isPage = mutant.file.startsWith('apps/web/');
  if (isPage) batches.push(browserTests);
  if (batches.length === 0) return { mutant, result: 'not reached', files: 0 };
  const source = readFileSync(join(folder, mutant.file), 'utf8');
  const { start, end, replacement } = mutant;
  const undo = writeSource(folder, mutant.file, source.slice(0, start) + replacement + source.slice(end));
  try {
    for (const batch of batches) {
      if (batch === browserTests && !(await buildPages(folder))) return killed('the build');
      const args = [...batch, '--bail=1', `--testTimeout=${testTimeoutMs}`, `--hookTimeout=${testTimeoutMs}`];
      const expectedMs = batch.reduce((sum, file) => sum + (reach.durations.get(file) ?? 60_000), 0);
      const { failure } = await runTests(folder, args, 120_000 + 3 * expectedMs);
      if (failure !== undefined) return killed(failure);
    }
    return { mutant, result: 'survived', files: batches.flat().length };
  } finally {
    undo();
    if (isPage) restorePages(folder);
  }

  function killed(by: string): Trial {
    return { mutant, result: 'killed', by, files: batches.flat().length };
  }
}

/** First the files whose path has most words of the mutated file's path, then the fastest. */
function inOrder(mutant: Mutant, { filesOf, durations }: Reach, number: number): string[] {
  const words = new Set(mutant.file.split(/\W+/));
  const score = (file: string): number =>
    file.split(/\W+/).filter((word) => words.has(word)).length * 10_000 - (durations.get(file) ?? 0) / 10;
  return [...(filesOf[number] ?? [])]
    .filter((file) => durations.has(file))
    .sort((a, b) => score(b) - score(a));
}
