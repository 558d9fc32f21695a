import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { logFile, tailOfFile } from '../../../dev/services/log-file.mjs';
import { projectFolder } from '../../../dev/setup/project.mjs';
import { UserError } from '../../../dev/setup/user-error.mjs';

const startWithinMs = 60_000;
const stopWithinMs = 12_000;

/**
 * Starts an entry of the built server in its own process. It exits when the IPC channel closes, so that a killed run
 * leaves no process behind.
 *
 * @param {object} options
 * @param {'api' | 'worker'} options.entry
 * @param {Readonly<Record<string, string>>} options.env its environment; only PATH is added
 * @param {string} options.log
 */
export function spawnServer({ entry, env, log }) {
  const output = logFile(log);
  const child = spawn(process.execPath, [join(projectFolder, `apps/server/dist/main/${entry}.js`)], {
    cwd: projectFolder,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', output.fd, output.fd, 'ipc'],
  });
  output.close();
  const ended = once(child, 'exit');
  let stopping = false;
  let messages = 0;

  /** Waits for a message for which `select` returns a value. @param {(message: any) => unknown} select undefined: keep waiting */
  function waitFor(select) {
    return new Promise((resolve, reject) => {
      const cleanUp = () => {
        clearTimeout(timer);
        child.off('message', onMessage);
        child.off('exit', onExit);
      };
      const onMessage = (/** @type {any} */ message) => {
        const value = select(message);
        if (value === undefined) return;
        cleanUp();
        resolve(value);
      };
      const onExit = () => {
        cleanUp();
        if (!stopping)
          reject(new UserError(`The ${entry} process exited. Its log ends with:\n${tailOfFile(log)}`));
        else resolve(undefined);
      };
      const timer = setTimeout(() => {
        cleanUp();
        reject(
          new UserError(
            `The ${entry} process does not reply to its parent. Its log ends with:\n${tailOfFile(log)}`,
          ),
        );
      }, startWithinMs);
      child.on('message', onMessage);
      child.on('exit', onExit);
    });
  }

  return {
    pid: child.pid ?? 0,
    /** Resolves with the address of the api once it listens. @returns {Promise<string>} */
    listening: () => /** @type {Promise<string>} */ (waitFor((message) => message.listening)),
    /** Sets its clock. `rate`: simulated ms per real ms, 0 stops it. @param {number} nowMs @param {number} rate */
    async setClock(nowMs, rate = 0) {
      const id = ++messages;
      const acknowledged = waitFor((message) => (message.clockSet === id ? id : undefined));
      child.send({ clock: { nowMs, rate, id } });
      await acknowledged;
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
