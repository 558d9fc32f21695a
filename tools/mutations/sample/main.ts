/**
 * `npm run mutants`: plants random mistakes in copies of the sources, one at a time, runs the test files that reach each,
 * and prints the share that the tests detect, with the survivors.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { randomFrom } from '../../../packages/redis-tier/src/testing/coherence/random.ts';
import { project } from '../copy.ts';
import { shareServices } from '../shared-services.ts';
import { copyWithBuild } from './copies.ts';
import { type Mutant, mutantsOf } from './mutators.ts';
import { findReach } from './reach.ts';
import { reportLines } from './report.ts';
import { type Trial, tryMutant } from './trial.ts';

const usage = `npm run mutants -- [--seed N] [--count N] [--path PREFIX]... [--system] [--json FILE]

Plants random mistakes in copies of the sources, one at a time, and runs the test files that reach each.

  --seed N       the same mistakes for the same seed and sources (default: 1)
  --count N      mistakes to plant, at most 2000 (default: 150)
  --path PREFIX  only files whose path starts with it, such as packages/redis-tier; may be repeated
  --system       also with the tests of npm run test:system, which takes several times as long
  --json FILE    write the results to a file

Takes about half a minute per mistake, and four minutes at the start to find the tests that reach them.
Exit codes: 0 all mistakes were tried, 1 an error, 2 usage error.
`;

const concurrency = 2;

try {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      count: { type: 'string', default: '150' },
      path: { type: 'string', multiple: true, default: [] },
      system: { type: 'boolean', default: false },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const [seed, count] = [Number(values.seed), Number(values.count)];
  if (values.help) process.stdout.write(usage);
  else if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(count) || count < 1 || count > 2000)
    usageError('--seed and --count are whole numbers, and --count is at most 2000.');
  else await sample(seed, count, values.path, values.system, values.json);
} catch (error) {
  if (error instanceof TypeError && 'code' in error) usageError(error.message);
  else throw error;
}

function usageError(message: string): void {
  process.stderr.write(`${message}\n\n${usage}`);
  process.exitCode = 2;
}

async function sample(
  seed: number,
  count: number,
  prefixes: readonly string[],
  system: boolean,
  json: string | undefined,
): Promise<void> {
  const files = sourceFiles();
  const chosen = pick(
    files.filter((file) => prefixes.length === 0 || prefixes.some((prefix) => file.startsWith(prefix))),
    seed,
    count,
  );
  if (chosen.length === 0) return usageError('No source file with a possible mistake has such a path.');
  const copies = Array.from({ length: concurrency }, copyWithBuild);
  process.on('exit', () => {
    for (const { remove } of copies) remove();
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));
  const folders = copies.map(({ folder }) => folder);
  const stopServices = await shareServices(folders);
  process.stdout.write(`Seed ${seed}: ${chosen.length} mistakes. Looking for the tests that reach them.\n`);
  const projects = ['unit', 'integration', ...(system ? ['system'] : [])];
  const reach = await findReach(folders[0] ?? '', chosen, files, projects);
  for (const file of reach.failedFiles)
    process.stdout.write(`Left out, because it fails without a mistake: ${file}\n`);
  const trials: Trial[] = [];
  const queue = chosen.entries();
  await Promise.all(
    folders.map(async (folder) => {
      for (const [number, mutant] of queue) {
        const trial = await tryMutant(folder, mutant, reach, number);
        trials.push(trial);
        const { result, by = '' } = trial;
        process.stdout.write(
          `${trials.length}. ${mutant.file}:${mutant.line} ${mutant.original} → ${mutant.replacement}: ${result} ${by}\n`,
        );
      }
    }),
  );
  await stopServices();
  process.stdout.write(`\n${reportLines(trials).join('\n')}\n`);
  if (json !== undefined) writeFileSync(json, `${JSON.stringify({ seed, count, trials }, undefined, 2)}\n`);
}

/** Sources that run in production: no tests, no declarations, and no test tools of the packages. */
function sourceFiles(): string[] {
  return ['packages', 'apps']
    .flatMap((part) =>
      readdirSync(join(project, part), { recursive: true, encoding: 'utf8' }).map((path) => join(part, path)),
    )
    .filter(
      (file) =>
        /^[^/]+\/[^/]+\/src\/.*\.tsx?$/.test(file) && !/\/src\/testing\/|\.test\.tsx?$|\.d\.ts$/.test(file),
    )
    .sort();
}

/** Different mutants, each with the same probability. */
function pick(files: readonly string[], seed: number, count: number): Mutant[] {
  const all = files.flatMap((file) => mutantsOf(file, readFileSync(join(project, file), 'utf8')));
  const random = randomFrom(seed);
  return Array.from({ length: Math.min(count, all.length) }, () =>
    all.splice(random.below(all.length), 1),
  ).flat();
}
