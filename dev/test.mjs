/**
 * `npm test` and `npm run test:system`: install and build what is missing, then run Vitest. Arguments after `--` are
 * passed to Vitest, except `--node latest`, which runs the tests on the newest Node with long-term support.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { findOrFetchRedis } from './services/redis/redis-binary.mjs';
import { withNewestNode } from './setup/newest-node.mjs';
import { installAndBuild } from './setup/prepare.mjs';
import { projectFolder } from './setup/project.mjs';
import { reportError, UsageError } from './setup/user-error.mjs';
import { watchParent } from './setup/watch-parent.mjs';

try {
  const args = process.argv.slice(2);
  const onNewestNode = takeNodeOption(args);
  await prepare();
  process.exitCode = await runVitest(withProjects(args), onNewestNode ? await withNewestNode() : process.env);
} catch (error) {
  process.exitCode = reportError(error);
}

async function prepare() {
  await installAndBuild();
  await findOrFetchRedis(process.env);
}

/**
 * Adds the Vitest projects to run, unless the arguments name some: the default ones, or with `--system` the long tests.
 *
 * @param {readonly string[]} args
 */
function withProjects(args) {
  const others = args.filter((arg) => arg !== '--system');
  if (others.some((arg) => arg.startsWith('--project'))) return others;
  const projects = others.length < args.length ? ['system'] : ['unit', 'integration', 'browser'];
  return [...projects.map((name) => `--project=${name}`), ...others];
}

/** Removes `--node latest` from the arguments. @param {string[]} args @returns {boolean} whether it was present */
function takeNodeOption(args) {
  const at = args.indexOf('--node');
  const [, version] = at < 0 ? [] : args.splice(at, 2);
  if (at >= 0 && version !== 'latest')
    throw new UsageError(
      '--node supports only the value latest.',
      'To use another Node version, run npm with that version.',
    );
  return at >= 0;
}

/**
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env its PATH selects the `node` that runs the tests
 * @returns {Promise<number>}
 */
function runVitest(args, env) {
  return new Promise((resolve) => {
    const vitest = join(projectFolder, 'node_modules/vitest/vitest.mjs');
    const child = spawn('node', [vitest, 'run', ...args], { cwd: projectFolder, env, stdio: 'inherit' });
    // The terminal sends Ctrl-C to Vitest too, which is in the same process group. This process waits until it has
    // stopped.
    process.on('SIGINT', () => {});
    for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP']))
      process.on(signal, () => child.kill(signal));
    watchParent(() => child.kill('SIGTERM'));
    child.once('error', () => resolve(1));
    child.once('exit', (code, signal) =>
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
    );
  });
}
