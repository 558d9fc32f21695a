/**
 * `npm run rules`: applies every mutation to a copy of the sources, one after the other, and runs the test that has to
 * fail. `npm run rules -- 20 26` runs only the mutations of these rules; `npm run rules -- --page` generates README.md
 * instead.
 *
 * Exit codes: 0 every mutation was detected, 1 a mutation was not detected or could not be tested, 2 usage error.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { applyEdits, copyProject, project } from './copy.ts';
import { pageFile, rulesPage } from './page.ts';
import type { Mutation } from './rule.ts';
import { allRules } from './rules.ts';
import { shareServices } from './shared-services.ts';
import { runVitest } from './vitest-run.ts';

const args = process.argv.slice(2);
const numbers = args.map(Number);
if (args.includes('--page')) writeFileSync(join(project, pageFile), rulesPage());
else if (numbers.some((number) => !allRules.some((rule) => rule.number === number))) {
  process.stderr.write(
    `npm run rules -- [NUMBER]... | --page\n\nThe rules have the numbers 1 to ${allRules.length}.\n`,
  );
  process.exitCode = 2;
} else await testMutations(numbers);

async function testMutations(only: readonly number[]): Promise<void> {
  const { folder, remove } = copyProject();
  process.on('exit', remove);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));
  const stopServices = await shareServices([folder]);
  for (const { number, mutations } of allRules) {
    if (only.length > 0 && !only.includes(number)) continue;
    for (const mutation of mutations) {
      const { off, fails } = mutation;
      const problem = await testMutation(folder, mutation);
      if (problem !== undefined) process.exitCode = 1;
      process.stdout.write(`${number}. ${off}\n    ${problem ?? `detected: ${fails.file}: ${fails.test}`}\n`);
    }
  }
  await stopServices();
}

/** Returns the problem, or undefined when the test fails as expected. */
async function testMutation(folder: string, { edits, fails }: Mutation): Promise<string | undefined> {
  let undo: () => void;
  try {
    undo = applyEdits(folder, edits);
  } catch (error) {
    return `NOT APPLIED: ${error instanceof Error ? error.message : error}`;
  }
  try {
    const statuses = await runTest(folder, fails.file, fails.test);
    if (statuses.includes('failed')) return undefined;
    return statuses.includes('passed')
      ? `NOT DETECTED, THE TEST PASSES: ${fails.file}: ${fails.test}`
      : `THE TEST DID NOT RUN: ${fails.file}: ${fails.test}`;
  } finally {
    undo();
  }
}

/** Returns the statuses of the tests with this title. */
async function runTest(folder: string, file: string, title: string): Promise<string[]> {
  const pattern = title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/%\w|\\\$\w+/g, '.*');
  const { files } = await runVitest(folder, [file, '-t', pattern], 300_000);
  return files
    .flatMap(({ assertionResults }) => assertionResults)
    .filter((one) => new RegExp(`^${pattern}$`).test(one.title))
    .map(({ status }) => status);
}
