/**
 * `npm run rules`: switches every rule of the tier off in a copy of the sources, one after the other, and runs the test that
 * has to fail for it. `npm run rules -- 20 26` only those; `npm run rules -- --page` writes the page of the rules instead.
 *
 * Exit codes: 0 every test failed as it has to, 1 one passed although its rule was off, 2 wrong use.
 */
import { execFile } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import startServices from '../../tests/support/services.ts';
import { applyEdits, copyProject, project } from './copy.ts';
import { pageFile, rulesPage } from './page.ts';
import type { Mutation } from './rule.ts';
import { allRules } from './rules.ts';

const args = process.argv.slice(2);
const numbers = args.map(Number);
if (args.includes('--page')) writeFileSync(join(project, pageFile), rulesPage());
else if (numbers.some((number) => !allRules.some((rule) => rule.number === number))) {
  process.stderr.write(
    `npm run rules -- [NUMBER]... | --page\n\nThe rules are called 1 to ${allRules.length}.\n`,
  );
  process.exitCode = 2;
} else await switchOff(numbers);

async function switchOff(only: readonly number[]): Promise<void> {
  const { folder, remove } = copyProject();
  process.on('exit', remove);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));
  const stopServices = await shareServices(folder);
  for (const { number, mutations } of allRules) {
    if (only.length > 0 && !only.includes(number)) continue;
    for (const one of mutations) {
      const trouble = await tryOut(folder, one);
      if (trouble !== undefined) process.exitCode = 1;
      const begin = `${number}. ${one.off}`;
      process.stdout.write(`${begin}\n    ${trouble ?? `fails: ${one.fails.file}: ${one.fails.test}`}\n`);
    }
  }
  await stopServices();
}

/** Starts PostgreSQL and Redis once for all runs; in the copy their set-up hands on where they are. */
async function shareServices(folder: string): Promise<() => Promise<void>> {
  const provided: Record<string, unknown> = {};
  const stop = await startServices({
    provide: (name: string, value: unknown) => {
      provided[name] = value;
    },
  });
  const handOn = `export default ({ provide }) => {
  for (const [name, value] of Object.entries(${JSON.stringify(provided)})) provide(name, value);
};\n`;
  writeFileSync(join(folder, 'tests/support/services.ts'), handOn);
  return stop;
}

/** What is wrong; undefined when the test fails as it has to. */
async function tryOut(folder: string, { edits, fails }: Mutation): Promise<string | undefined> {
  let undo: () => void;
  try {
    undo = applyEdits(folder, edits);
  } catch (error) {
    return `NOT TRIED: ${error instanceof Error ? error.message : error}`;
  }
  try {
    const ends = await runTest(folder, fails.file, fails.test);
    if (ends.includes('failed')) return undefined;
    return ends.includes('passed')
      ? `PASSES ALL THE SAME: ${fails.file}: ${fails.test}`
      : `DID NOT RUN: ${fails.file}: ${fails.test}`;
  } finally {
    undo();
  }
}

type Report = { testResults: { assertionResults: { title: string; status: string }[] }[] };

/** How the tests of this title ended. */
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
