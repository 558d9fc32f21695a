/**
 * `npm run check`: everything that judges the code without running it. It goes through all of it, also after a
 * failure, so that one run shows everything there is to mend. As many run at once as the machine has cores.
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
 * @property {readonly string[]} command a program of node_modules/.bin and its arguments
 * @property {(output: string) => string | undefined} [doubt] why a success is none
 */

/**
 * The long ones first, so that none of them is left for the end.
 *
 * @type {readonly Check[]}
 */
const checks = [
  { name: 'promises', command: ['eslint', '.'] },
  { name: 'types of the tests', command: ['tsc', '-p', 'tsconfig.tests.json'] },
  { name: 'types of the scripts', command: ['tsc', '-p', 'dev/tsconfig.json'] },
  { name: 'types of what measures', command: ['tsc', '-p', `${benchPath}/tsconfig.json`] },
  {
    name: 'arrows between modules',
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
    doubt: tooFewModules,
  },
  { name: 'API document', command: ['tsx', '--conditions=bookedbarber-source', 'tools/openapi/lint.ts'] },
  { name: 'spelling and banned words', command: ['cspell', '--no-progress', '--no-summary', '**'] },
  { name: 'unused files and packages', command: ['knip'] },
  { name: 'format and lint', command: ['biome', 'ci', '--colors=off', '.'] },
];

const fewestModules = 500;

/** @type {Check} Before the others: it writes. */
const workspaceTypes = { name: 'types of the workspaces', command: ['tsc', '--build'] };

try {
  requireNodeVersion();
  await oneAtATime(async () => {
    await installWhenNeeded();
    // The benchmarks are checked too, and they import what they compare with.
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
  const judge = async (check) => {
    if (check === undefined) return;
    if (!(await passes(check))) failed.push(check.name);
    await judge(waiting.shift());
  };
  if (!(await passes(workspaceTypes))) failed.push(workspaceTypes.name);
  await Promise.all(Array.from({ length: availableParallelism() }, () => judge(waiting.shift())));
  process.stdout.write(failed.length === 0 ? '\nAll checks passed.\n' : `\nFailed: ${failed.join(', ')}\n`);
  return failed.length === 0 ? 0 : 1;
}

/** @param {Check} check */
async function passes({ name, command, doubt }) {
  const begin = performance.now();
  const [program = '', ...args] = command;
  const result = await runCommand(
    process.execPath,
    [join(projectFolder, 'node_modules/.bin', program), ...args],
    {
      cwd: projectFolder,
      timeoutMs: 10 * 60_000,
    },
  );
  const reason =
    result.code === 0 ? doubt?.(result.output) : result.timedOut ? 'took over 10 minutes' : 'failed';
  process.stdout.write(`${name} ... ${reason ?? 'ok'}, ${seconds(performance.now() - begin)}\n`);
  if (reason === undefined) return true;
  process.stdout.write(`${result.output.trimEnd()}\n  again: npx ${command.join(' ')}\n\n`);
  return false;
}

/**
 * dependency-cruiser passes when it has seen no modules at all, as it did with a TypeScript that it did not know.
 *
 * @param {string} output ends with `no dependency violations found (1234 modules, 5678 dependencies cruised)`
 */
function tooFewModules(output) {
  const modules = Number(/\((\d+) modules?, \d+ dependenc/.exec(output)?.[1] ?? 0);
  return modules >= fewestModules ? undefined : `saw only ${modules} modules`;
}
