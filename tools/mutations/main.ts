/**
 * `npm run rules`: applies every mutation to a copy of the sources, one after the other, and runs the test that has to
 * fail. `npm run rules -- 20 26` runs only the mutations of these rules; `npm run rules -- --page` generates README.md
 * instead.
 *
 * Exit codes: 0 every mutation was detected, 1 a mutation was not detected or could not be tested, 2 usage error.
 */
import { execFile } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { applyEdits, copyProject, project } from './copy.ts';
import { pageFile, rulesPage } from './page.ts';
import type { Mutation } from './rule.ts';
import { allRules } from './rules.ts';
import { shareServices } from './shared-services.ts';

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

type Report = { testResults: { assertionResults: { title: string; status: string }[] }[] };

/** Returns the statuses of the tests with this title. */
function runTest(folder: string, file: string, title: string): Promise<string[]> {
  const report = join(folder, 'report.json');
  rmSync(report, { force: true });
  const pattern = title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/%\w|\\\$\w+/g, '.*');
  const command = ['run', file, '-t', pattern, '--retry=0', '--reporter=json', `--outputFile=${report}`];
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(project, 'node_modules/vitest/vitest.mjs'), ...command],
      { cwd: folder, timeout: 300_000, maxBuffer: 100_000_000 },
      () => {
        try {
          const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report;
          const all = testResults.flatMap(({ assertionResults }) => assertionResults);
          resolve(
            all.filter((one) => new RegExp(`^${pattern}$`).test(one.title)).map(({ status }) => status),
          );
        } catch {
          resolve([]);
        }
      },
    );
  });
}
