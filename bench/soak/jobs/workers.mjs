import { setTimeout as delay } from 'node:timers/promises';
import { spawnServer } from '../../installation/server-process.mjs';

/**
 * Workers of which one is killed now and then, and another one started in its place a moment later.
 *
 * @param {{ count: number, env: Readonly<Record<string, string>>, log: (name: string) => string }} options
 */
export function startWorkers({ count, env, log }) {
  let started = 0;
  const start = () => {
    started += 1;
    return spawnServer({ entry: 'worker', env, log: log(`worker-${started}.log`) });
  };
  const workers = Array.from({ length: count }, start);
  /** @type {number[]} */
  const killedAtMs = [];
  return {
    killedAtMs: /** @type {readonly number[]} */ (killedAtMs),
    /** kill -9. @param {number} number which one @param {number} restMs */
    async kill(number, restMs) {
      const worker = workers[number % count];
      if (worker === undefined) return;
      killedAtMs.push(Date.now());
      process.kill(worker.pid, 'SIGKILL');
      await delay(restMs);
      workers[number % count] = start();
    },
    stop: async () => void (await Promise.all(workers.map((worker) => worker.stop()))),
  };
}
