import { UsageError } from '../../tools/bench/options.mjs';
import { fetchRedisBinary, findRedisBinary } from '../services/redis-binary.mjs';
import { buildWhenNeeded } from '../setup/build.mjs';
import { installWhenNeeded } from '../setup/install.mjs';
import { requireNodeVersion } from '../setup/node-version.mjs';
import { oneAtATime, step } from '../setup/steps.mjs';
import { describeError } from '../setup/trouble.mjs';
import { watchParent } from './parent-watch.mjs';

/**
 * The frame of the commands that measure: reads the arguments before anything takes long, brings what is needed, works,
 * and ends with the work's exit code. Services and servers end with this process, however it ends.
 *
 * @param {() => Promise<(() => Promise<number>) | undefined>} read gives the work, or undefined when there is none
 * @param {() => Promise<void>} [prepare] what this command needs beside the build
 */
export async function measure(read, prepare) {
  for (const [signal, code] of /** @type {const} */ ([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ]))
    process.on(signal, () => process.exit(code));
  watchParent(() => process.exit(1), { env: process.env });
  try {
    requireNodeVersion();
    const work = await read();
    if (work === undefined) return;
    await oneAtATime(async () => {
      await installWhenNeeded();
      await buildWhenNeeded();
      if (findRedisBinary(process.env) === undefined) {
        await step('Fetching a Redis server into .cache', () =>
          fetchRedisBinary({ env: process.env, mayPrompt: false }),
        );
      }
      await prepare?.();
    });
    process.exitCode = await work();
  } catch (error) {
    process.stderr.write(`${describeError(error)}\n`);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
  // Not by itself: Node 20 waits busily and for ever for what it once had under way with a process that was killed.
  process.exit();
}
