import { setTimeout as delay } from 'node:timers/promises';
import { spawnServer } from '../../installation/server-process.mjs';

/** Messages that are sent at the least between two kills. */
const doneBetweenKills = 50;

/**
 * Workers of which one is killed now and then, and another one started in its place a moment later.
 *
 * @param {object} options
 * @param {number} options.count
 * @param {Readonly<Record<string, string>>} options.env
 * @param {(name: string) => string} options.log
 * @param {() => number} options.done how many messages were sent so far
 */
export function startWorkers({ count, env, log, done }) {
  let started = 0;
  const start = () => {
    started += 1;
    return spawnServer({ entry: 'worker', env, log: log(`worker-${started}.log`) });
  };
  const workers = Array.from({ length: count }, start);
  /** @type {number[]} */
  const killedAtMs = [];
  let doneAtKill = 0;
  return {
    /** Whether something was done since the last kill: on a slow machine nobody is killed before having begun. */
    get busy() {
      return done() >= doneAtKill + doneBetweenKills;
    },
    killedAtMs: /** @type {readonly number[]} */ (killedAtMs),
    /** kill -9. @param {number} number which one @param {number} restMs */
    async kill(number, restMs) {
      const worker = workers[number % count];
      if (worker === undefined) return;
      killedAtMs.push(Date.now());
      doneAtKill = done();
      process.kill(worker.pid, 'SIGKILL');
      await delay(restMs);
      workers[number % count] = start();
    },
    stop: async () => void (await Promise.all(workers.map((worker) => worker.stop()))),
  };
}
