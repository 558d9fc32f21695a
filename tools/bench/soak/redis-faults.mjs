import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Kills and freezes the Redis of an installation. The process id comes from its pid file. The installation restarts a
 * killed Redis.
 *
 * @param {string} folder of the installation
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
