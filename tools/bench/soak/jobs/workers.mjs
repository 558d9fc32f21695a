import { setTimeout as delay } from 'node:timers/promises';
import { spawnServer } from '../../installation/server-process.mjs';

/** Minimum number of messages that are sent between two kills. */
const doneBetweenKills = 50;

/**
 * Starts workers that can be killed. A killed worker is replaced after a pause.
 *
 * @param {object} options
 * @param {number} options.count
 * @param {Readonly<Record<string, string>>} options.env
 * @param {(name: string) => string} options.log
 * @param {() => number} options.done the number of messages sent so far
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
    /** Whether enough was sent since the last kill. On a slow machine, this prevents killing workers before they send. */
    get busy() {
      return done() >= doneAtKill + doneBetweenKills;
    },
    killedAtMs: /** @type {readonly number[]} */ (killedAtMs),
    /** Kills a worker with SIGKILL and replaces it. @param {number} number its index @param {number} pauseMs */
    async kill(number, pauseMs) {
      const worker = workers[number % count];
      if (worker === undefined) return;
      killedAtMs.push(Date.now());
      doneAtKill = done();
      process.kill(worker.pid, 'SIGKILL');
      await delay(pauseMs);
      workers[number % count] = start();
    },
    stop: async () => void (await Promise.all(workers.map((worker) => worker.stop()))),
  };
}
