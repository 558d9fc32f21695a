import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {object} Child a program of this folder in a process of its own
 * @property {(message: unknown) => Promise<any>} ask sends, and gives its next answer
 * @property {() => Promise<void>} end
 */

/**
 * @param {string} program
 * @param {string} label for its failure
 * @param {'inherit' | 'ignore'} output `ignore` where a library is expected to complain
 * @returns {Child}
 */
export function startChild(program, label, output = 'inherit') {
  const child = fork(fileURLToPath(new URL(program, import.meta.url)), {
    stdio: ['ignore', output, output, 'ipc'],
  });
  const ended = once(child, 'exit');
  ended.catch(() => {});
  return {
    ask: async (message) => {
      const answered = once(child, 'message');
      child.send(/** @type {import('node:child_process').Serializable} */ (message));
      const early = ended.then(([code]) => Promise.reject(new Error(`${label} ended with ${code}`)));
      const [answer] = await Promise.race([answered, early]);
      return answer;
    },
    end: async () => {
      child.kill();
      await ended;
    },
  };
}
