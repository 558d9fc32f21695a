/**
 * `npm test` and `npm run test:system`: prepare what the tests need, then run Vitest. Arguments after `--` go to Vitest,
 * except `--node latest`, which runs the tests on the newest Node with long-term support.
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
 * Names the Vitest projects of the run, unless the arguments do: those of every day, or with `--system` the long tests.
 *
 * @param {readonly string[]} args
 */
function withProjects(args) {
  const others = args.filter((arg) => arg !== '--system');
  if (others.some((arg) => arg.startsWith('--project'))) return others;
  const projects = others.length < args.length ? ['system'] : ['unit', 'integration', 'browser'];
  return [...projects.map((name) => `--project=${name}`), ...others];
}

/** @param {string[]} args from which it removes `--node latest` @returns {boolean} whether it was there */
function takeNodeOption(args) {
  const at = args.indexOf('--node');
  const [, version] = at < 0 ? [] : args.splice(at, 2);
  if (at >= 0 && version !== 'latest')
    throw new UsageError(
      '--node is only known with the value latest.',
      'For another Node, run npm with that Node.',
    );
  return at >= 0;
}

/**
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env whose `node` runs the tests
 * @returns {Promise<number>}
 */
function runVitest(args, env) {
  return new Promise((resolve) => {
    const vitest = join(projectFolder, 'node_modules/vitest/vitest.mjs');
    const child = spawn('node', [vitest, 'run', ...args], { cwd: projectFolder, env, stdio: 'inherit' });
    // Ctrl-C reaches Vitest too, since it is in this process group. It stops in order, and this process waits for that.
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
