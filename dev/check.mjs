/**
 * `npm run check`: the static checks. It runs all of them, even after a failure, so that one run reports every problem.
 * The number of parallel checks is the number of cores.
 */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { runCommand } from './setup/command.mjs';
import { oneAtATime } from './setup/lock.mjs';
import { installWhenNeeded } from './setup/prepare.mjs';
import { benchPath, projectFolder, requireNodeVersion } from './setup/project.mjs';
import { seconds } from './setup/step.mjs';
import { reportError } from './setup/user-error.mjs';

/**
 * @typedef {object} Check
 * @property {string} name
 * @property {readonly string[]} command a program of node_modules/.bin, or a script of the project, and its arguments
 * @property {(output: string) => string | undefined} [problemIn] what is wrong although the program exited with code 0
 */

/**
 * The slowest first: this shortens the total time.
 *
 * @type {readonly Check[]}
 */
const checks = [
  { name: 'types, floating promises and banned phrases', command: ['dev/lint-with-types.mjs'] },
  { name: 'types: scripts', command: ['tsc', '-p', 'dev/tsconfig.json'] },
  { name: 'types: benchmarks', command: ['tsc', '-p', `${benchPath}/tsconfig.json`] },
  {
    name: 'module dependencies',
    command: [
      'depcruise',
      '--config',
      '.dependency-cruiser.mjs',
      'apps',
      'packages',
      'dev',
      'tests',
      'tools',
    ],
    problemIn: tooFewModules,
  },
  { name: 'API document', command: ['tsx', '--conditions=bookedbarber-source', 'tools/openapi/lint.ts'] },
  { name: 'spelling and banned words', command: ['cspell', '--no-progress', '--no-summary', '**'] },
  { name: 'unused files and packages', command: ['knip'] },
  { name: 'format and lint', command: ['biome', 'ci', '--colors=off', '.'] },
];

const minModules = 500;

/** @type {Check} Runs before the others, because it writes the declarations that they read. */
const workspaceTypes = { name: 'types: workspaces', command: ['tsc', '--build'] };

try {
  requireNodeVersion();
  await oneAtATime(async () => {
    await installWhenNeeded();
    // The type check of the benchmarks needs the libraries that they compare.
    await installWhenNeeded(benchPath);
  });
  process.exitCode = await runAll();
} catch (error) {
  process.exitCode = reportError(error);
}

async function runAll() {
  /** @type {string[]} */
  const failed = [];
  const waiting = [...checks];
  /** @param {Check | undefined} check */
  const runFrom = async (check) => {
    if (check === undefined) return;
    if (!(await passes(check))) failed.push(check.name);
    await runFrom(waiting.shift());
  };
  if (!(await passes(workspaceTypes))) failed.push(workspaceTypes.name);
  await Promise.all(Array.from({ length: availableParallelism() }, () => runFrom(waiting.shift())));
  process.stdout.write(failed.length === 0 ? '\nAll checks passed.\n' : `\nFailed: ${failed.join(', ')}\n`);
  return failed.length === 0 ? 0 : 1;
}

/** @param {Check} check */
async function passes({ name, command, problemIn }) {
  const begin = performance.now();
  const [program = '', ...args] = command;
  const isScript = program.endsWith('.mjs');
  const result = await runCommand(
    process.execPath,
    [join(projectFolder, isScript ? '' : 'node_modules/.bin', program), ...args],
    {
      cwd: projectFolder,
      timeoutMs: 10 * 60_000,
    },
  );
  const reason =
    result.code === 0 ? problemIn?.(result.output) : result.timedOut ? 'took over 10 minutes' : 'failed';
  process.stdout.write(`${name} ... ${reason ?? 'ok'}, ${seconds(performance.now() - begin)}\n`);
  if (reason === undefined) return true;
  process.stdout.write(
    `${result.output.trimEnd()}\n  To repeat this check: ${isScript ? 'node' : 'npx'} ${command.join(' ')}\n\n`,
  );
  return false;
}

/**
 * dependency-cruiser also passes when it finds no modules at all, as with a TypeScript version that it does not
 * support.
 *
 * @param {string} output ends with `no dependency violations found (1234 modules, 5678 dependencies cruised)`
 */
function tooFewModules(output) {
  const modules = Number(/\((\d+) modules?, \d+ dependenc/.exec(output)?.[1] ?? 0);
  return modules >= minModules ? undefined : `found only ${modules} modules, expected at least ${minModules}`;
}
