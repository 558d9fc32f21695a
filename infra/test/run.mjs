/** `npm test --prefix infra`: installs the dependencies, type-checks the code and runs the tests. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = dirname(dirname(fileURLToPath(import.meta.url)));

/** @param {string} name */
const changedMs = (name) => {
  const path = join(folder, name);
  return existsSync(path) ? statSync(path).mtimeMs : 0;
};

/** @param {string} command @param {string[]} args */
function run(command, args) {
  const { status } = spawnSync(command, args, { cwd: folder, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

if (changedMs('node_modules/.package-lock.json') < changedMs('package-lock.json'))
  run('npm', ['ci', '--ignore-scripts']);
run(process.execPath, [join(folder, 'node_modules/typescript/bin/tsc'), '--project', folder]);
run(process.execPath, ['--import', 'tsx', '--test', '--test-reporter=spec', ...tests()]);

/** The given test files, or all. Node 20 does not support patterns. */
function tests() {
  const named = process.argv.slice(2);
  const all = readdirSync(join(folder, 'test')).filter((name) => name.endsWith('.test.ts'));
  return (named.length > 0 ? named : all).map((name) => join(folder, 'test', name));
}
