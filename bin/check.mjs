/**
 * `npm run check`: everything that judges the code without running it. It goes through all of it, also after a
 * failure, so that one run shows everything there is to mend. As many run at once as the machine has cores.
 */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { runCommand } from './setup/command.mjs';
import { checkedModuleCount, sourceModules } from './setup/cruised-modules.mjs';
import { installWhenNeeded } from './setup/install.mjs';
import { installBenchWhenNeeded } from './setup/install-bench.mjs';
import { requireNodeVersion } from './setup/node-version.mjs';
import { projectFolder } from './setup/project.mjs';
import { oneAtATime, seconds } from './setup/steps.mjs';
import { describeError } from './setup/trouble.mjs';

/**
 * @typedef {object} Check
 * @property {string} name
 * @property {readonly string[]} command a program of node_modules/.bin, or a script of ours, and its arguments
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
  { name: 'types of the scripts', command: ['tsc', '-p', 'bin/tsconfig.json'] },
  { name: 'types of what measures', command: ['tsc', '-p', 'tools/bench/tsconfig.json'] },
  {
    name: 'arrows between modules',
    command: ['depcruise', '--config', '.dependency-cruiser.mjs', 'apps', 'packages', 'bin', 'tools/bench'],
    doubt: tooFewModules,
  },
  { name: 'API document', command: ['tsx', '--conditions=bookedbarber-source', 'tools/openapi/lint.ts'] },
  { name: 'unused files and packages', command: ['knip'] },
  { name: 'format and lint', command: ['biome', 'ci', '--colors=off', '.'] },
  { name: 'lockfile for all platforms', command: ['bin/lockfile.mjs', '--check'] },
];

/** @type {Check} Before the others: it writes. */
const workspaceTypes = { name: 'types of the workspaces', command: ['tsc', '--build'] };

try {
  requireNodeVersion();
  await oneAtATime(async () => {
    await installWhenNeeded();
    // What measures is judged too, and it imports what it compares with.
    await installBenchWhenNeeded();
  });
  process.exitCode = await runAll();
} catch (error) {
  process.stderr.write(`${describeError(error)}\n`);
  process.exitCode = 1;
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
  const file = program.endsWith('.mjs') ? program : `node_modules/.bin/${program}`;
  const result = await runCommand(process.execPath, [join(projectFolder, file), ...args], {
    cwd: projectFolder,
    timeoutMs: 10 * 60_000,
  });
  const reason =
    result.code === 0 ? doubt?.(result.output) : result.timedOut ? 'took over 10 minutes' : 'failed';
  process.stdout.write(`${name} ... ${reason ?? 'ok'}, ${seconds(performance.now() - begin)}\n`);
  if (reason === undefined) return true;
  process.stdout.write(
    `${result.output.trimEnd()}\n  again: ${program.endsWith('.mjs') ? 'node' : 'npx'} ${command.join(' ')}\n\n`,
  );
  return false;
}

/**
 * dependency-cruiser is content with rules over no modules at all (it was, with a TypeScript that it did not know).
 *
 * @param {string} output
 */
function tooFewModules(output) {
  const cruised = checkedModuleCount(output);
  const there = sourceModules(projectFolder);
  return cruised !== undefined && cruised >= there ? undefined : `saw ${cruised ?? 'no'} modules of ${there}`;
}
