import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { logFile, tailOfFile } from '../../../dev/services/log-file.mjs';
import { projectFolder } from '../../../dev/setup/project.mjs';
import { UserError } from '../../../dev/setup/user-error.mjs';

const startWithinMs = 60_000;
const stopWithinMs = 12_000;

/**
 * One entry of the server as it is built, in a process of its own. It ends when the channel to this one closes, so
 * nothing is left behind when a run is killed.
 *
 * @param {object} options
 * @param {'api' | 'worker'} options.entry
 * @param {Readonly<Record<string, string>>} options.env all that it is told; of ours it gets PATH alone
 * @param {string} options.log
 */
export function spawnServer({ entry, env, log }) {
  const output = logFile(log);
  const child = spawn(process.execPath, [join(projectFolder, `apps/server/dist/${entry}.js`)], {
    cwd: projectFolder,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', output.fd, output.fd, 'ipc'],
  });
  output.close();
  const ended = once(child, 'exit');
  let stopping = false;
  let messages = 0;

  /** @param {(message: any) => unknown} wanted undefined: wait on */
  function answer(/** @type {(message: any) => unknown} */ wanted) {
    return new Promise((resolve, reject) => {
      const settle = () => {
        clearTimeout(timer);
        child.off('message', hear);
        child.off('exit', exit);
      };
      const hear = (/** @type {any} */ message) => {
        const value = wanted(message);
        if (value === undefined) return;
        settle();
        resolve(value);
      };
      const exit = () => {
        settle();
        if (!stopping)
          reject(new UserError(`The ${entry} process ended. Its last words:\n${tailOfFile(log)}`));
        else resolve(undefined);
      };
      const timer = setTimeout(() => {
        settle();
        reject(
          new UserError(
            `The ${entry} process does not answer its parent. Its last words:\n${tailOfFile(log)}`,
          ),
        );
      }, startWithinMs);
      child.on('message', hear);
      child.on('exit', exit);
    });
  }

  return {
    pid: child.pid ?? 0,
    /** The address, once it listens: the api only. @returns {Promise<string>} */
    listening: () => /** @type {Promise<string>} */ (answer((message) => message.listening)),
    /** Its time, from when this resolves: `rate` ms pass in a ms. @param {number} nowMs @param {number} rate */
    async setClock(nowMs, rate = 0) {
      const id = ++messages;
      const heard = answer((message) => (message.clockSet === id ? id : undefined));
      child.send({ clock: { nowMs, rate, id } });
      await heard;
    },
    async stop() {
      stopping = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** @typedef {ReturnType<typeof spawnServer>} ServerProcess */
