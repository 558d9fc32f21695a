/**
 * `npm run check`: everything that judges the code without running it. It goes through all of it, also after a
 * failure, so that one run shows everything there is to mend.
 */
import { join } from 'node:path';
import { runCommand } from './setup/command.mjs';
import { cruisedModules, sourceModules } from './setup/cruised-modules.mjs';
import { installWhenNeeded } from './setup/install.mjs';
import { installBenchWhenNeeded } from './setup/install-bench.mjs';
import { refuseOldNode } from './setup/node-version.mjs';
import { projectFolder } from './setup/project.mjs';
import { oneAtATime, seconds } from './setup/steps.mjs';
import { describeError } from './setup/trouble.mjs';

/**
 * @typedef {object} Check
 * @property {string} name
 * @property {readonly string[]} command a program of node_modules/.bin, or a script of ours, and its arguments
 * @property {(output: string) => string | undefined} [doubt] why a success is none
 */

/** @type {readonly Check[]} */
const checks = [
  { name: 'lockfile for all platforms', command: ['bin/lockfile.mjs', '--check'] },
  { name: 'types of the workspaces', command: ['tsc', '--build'] },
  { name: 'types of the tests', command: ['tsc', '-p', 'tsconfig.tests.json'] },
  { name: 'types of the scripts', command: ['tsc', '-p', 'bin/tsconfig.json'] },
  { name: 'types of what measures', command: ['tsc', '-p', 'bench/tsconfig.json'] },
  { name: 'format and lint', command: ['biome', 'ci', '--colors=off', '.'] },
  { name: 'promises', command: ['eslint', '.'] },
  {
    name: 'arrows between modules',
    command: ['depcruise', '--config', '.dependency-cruiser.mjs', 'apps', 'packages', 'bin', 'bench'],
    doubt: tooFewModules,
  },
  { name: 'unused files and packages', command: ['knip'] },
];

try {
  refuseOldNode();
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
  const failed = [];
  for (const { name, command, doubt } of checks) {
    const begin = performance.now();
    process.stdout.write(`${name} ... `);
    const [program = '', ...args] = command;
    const file = program.endsWith('.mjs') ? program : `node_modules/.bin/${program}`;
    const result = await runCommand(process.execPath, [join(projectFolder, file), ...args], {
      cwd: projectFolder,
      timeoutMs: 10 * 60_000,
    });
    const reason =
      result.code === 0 ? doubt?.(result.output) : result.timedOut ? 'took over 10 minutes' : 'failed';
    process.stdout.write(`${reason ?? 'ok'}, ${seconds(performance.now() - begin)}\n`);
    if (reason === undefined) continue;
    failed.push(name);
    process.stdout.write(
      `${result.output.trimEnd()}\n  again: ${program.endsWith('.mjs') ? 'node' : 'npx'} ${command.join(' ')}\n\n`,
    );
  }
  process.stdout.write(failed.length === 0 ? '\nAll checks passed.\n' : `\nFailed: ${failed.join(', ')}\n`);
  return failed.length === 0 ? 0 : 1;
}

/**
 * dependency-cruiser is content with rules over no modules at all (it was, with a TypeScript that it did not know).
 *
 * @param {string} output
 */
function tooFewModules(output) {
  const cruised = cruisedModules(output);
  const there = sourceModules(projectFolder);
  return cruised !== undefined && cruised >= there ? undefined : `saw ${cruised ?? 'no'} modules of ${there}`;
}
