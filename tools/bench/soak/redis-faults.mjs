import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * What is done to the Redis of an installation of ours. Its process is found by the id that it has written down itself;
 * it is started again.
 *
 * @param {string} folder the installation's
 */
export function redisFaults(folder) {
  const pid = () => Number.parseInt(readFileSync(join(folder, 'redis/redis.pid'), 'utf8'), 10);
  return {
    kill: () => void process.kill(pid(), 'SIGKILL'),
    /** @param {number} ms */
    async freeze(ms) {
      const frozen = pid();
      process.kill(frozen, 'SIGSTOP');
      try {
        await delay(ms);
      } finally {
        process.kill(frozen, 'SIGCONT');
      }
    },
  };
}
