/** `npm test --prefix infra`: installs what the tests need, has the compiler look, and runs them. */
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

/** Those that are named, or all: Node 20 finds none by a pattern. */
function tests() {
  const named = process.argv.slice(2);
  const all = readdirSync(join(folder, 'test')).filter((name) => name.endsWith('.test.ts'));
  return (named.length > 0 ? named : all).map((name) => join(folder, 'test', name));
}
