/**
 * `npm test`: brings what the tests need, then runs Vitest. What follows `--` goes to Vitest, but for
 * `--node latest`, which runs the tests on the newest Node with long-term support.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { watchParent } from './run/parent-watch.mjs';
import { fetchRedisBinary, findRedisBinary } from './services/redis-binary.mjs';
import { buildWhenNeeded } from './setup/build.mjs';
import { installWhenNeeded } from './setup/install.mjs';
import { newestNode, withNode } from './setup/node-lts.mjs';
import { requireNodeVersion } from './setup/node-version.mjs';
import { projectFolder } from './setup/project.mjs';
import { oneAtATime, step } from './setup/steps.mjs';
import { readTestArguments } from './setup/test-arguments.mjs';
import { describeError } from './setup/trouble.mjs';

try {
  requireNodeVersion();
  const { onNewestNode, vitest } = readTestArguments(process.argv.slice(2));
  const node = await oneAtATime(() => prepare(onNewestNode));
  const env = onNewestNode ? withNode(node, process.env) : process.env;
  process.exitCode = await runVitest(node, vitest, env);
} catch (error) {
  process.stderr.write(`${describeError(error)}\n`);
  process.exitCode = 1;
}

/** @param {boolean} onNewestNode */
async function prepare(onNewestNode) {
  await installWhenNeeded();
  await buildWhenNeeded();
  if (findRedisBinary(process.env) === undefined) {
    const mayPrompt = process.stdin.isTTY === true && process.stdout.isTTY === true;
    await step('Fetching a Redis server into .cache', () =>
      fetchRedisBinary({ env: process.env, mayPrompt }),
    );
  }
  return onNewestNode ? await newestNode() : process.execPath;
}

/**
 * @param {string} node
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>}
 */
function runVitest(node, args, env) {
  return new Promise((resolve) => {
    const vitest = join(projectFolder, 'node_modules/vitest/vitest.mjs');
    const child = spawn(node, [vitest, 'run', ...args], { cwd: projectFolder, env, stdio: 'inherit' });
    // Ctrl-C reaches Vitest too, since it is in our group. It stops in order, and we wait for that.
    process.on('SIGINT', () => {});
    for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP']))
      process.on(signal, () => child.kill(signal));
    watchParent(() => child.kill('SIGTERM'), { env: process.env });
    child.once('error', () => resolve(1));
    child.once('exit', (code, signal) =>
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
    );
  });
}
