import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {object} Child a program of this folder in its own process
 * @property {(message: unknown) => Promise<any>} request sends a message and resolves with the next reply
 * @property {() => Promise<void>} stop
 */

/**
 * @param {string} program
 * @param {string} label for error messages
 * @param {'inherit' | 'ignore'} output `ignore` if a library is expected to log errors
 * @returns {Child}
 */
export function startChild(program, label, output = 'inherit') {
  const child = fork(fileURLToPath(new URL(program, import.meta.url)), {
    stdio: ['ignore', output, output, 'ipc'],
  });
  const ended = once(child, 'exit');
  ended.catch(() => {});
  return {
    request: async (message) => {
      const replied = once(child, 'message');
      child.send(/** @type {import('node:child_process').Serializable} */ (message));
      const exited = ended.then(([code]) => Promise.reject(new Error(`${label} exited with code ${code}`)));
      const [reply] = await Promise.race([replied, exited]);
      return reply;
    },
    stop: async () => {
      child.kill();
      await ended;
    },
  };
}
