/**
 * The process that PostgreSQL and Redis run under. It reads one line of JSON from stdin ({@link HostOrder}),
 * starts what it says, and then waits for stdin to end. The end of stdin is the order to stop, and it comes
 * however the parent ends: a pipe closes also when its other side is killed. So no server outlives its parent.
 *
 * On stdout it reports one line of JSON for each {@link HostReport}. It runs in a session of its own and no
 * signal of the terminal reaches it: its parent decides when the databases stop.
 */
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { describeError } from '../setup/trouble.mjs';
import { supervise } from './keep-running.mjs';
import { startPostgres, stopPostgres } from './postgres.mjs';
import { startRedis, stopRedis } from './redis.mjs';

/**
 * @typedef {object} HostOrder
 * @property {import('./postgres.mjs').PostgresOptions} [postgres]
 * @property {import('./redis.mjs').RedisOptions} [redis]
 * @property {string} [temporaryFolder] removed at the end: the parent, if it was killed, cannot do it
 */

/** @typedef {import('./running-service.mjs').RunningService} RunningService */
/** @typedef {{ pid: number, port: number, version: string }} ServiceFacts */
/** @typedef {'postgres' | 'redis'} ServiceName */

/**
 * `up`: this one answers (also after a restart); `ready`: all do; `trouble`: one ended and is started again;
 * `failed`: one cannot be started (any more).
 *
 * @typedef {{ event: 'up', name: ServiceName, facts: ServiceFacts } | { event: 'ready' } |
 *   { event: 'trouble', name: ServiceName, message: string } | { event: 'failed', message: string }} HostReport
 */

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, () => {});
// The parent may be gone while we still report to it.
process.stdout.on('error', () => {});

/** @param {HostReport} message */
function report(message) {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

/**
 * @param {ServiceName} name
 * @param {(again: { port?: number }) => Promise<RunningService>} start
 * @param {(service: RunningService) => Promise<void>} stop
 */
function keep(name, start, stop) {
  return supervise({
    name,
    // A restart listens where the first one did: its users know that address.
    start: (last) => start(last === undefined ? {} : { port: last.port }),
    stop,
    onUp: ({ pid, port, version }) => report({ event: 'up', name, facts: { pid, port, version } }),
    onWarning: (message) => report({ event: 'trouble', name, message }),
    onGaveUp: (message) => report({ event: 'failed', message }),
  });
}

/** @param {HostOrder} order */
function run({ postgres, redis, temporaryFolder }) {
  /** @type {ReturnType<typeof keep>[]} */
  const kept = [];
  if (redis !== undefined) kept.push(keep('redis', (again) => startRedis({ ...redis, ...again }), stopRedis));
  if (postgres !== undefined) {
    kept.push(keep('postgres', (again) => startPostgres({ ...postgres, ...again }), stopPostgres));
  }
  Promise.all(kept.map(({ started }) => started)).then(
    () => report({ event: 'ready' }),
    (error) => report({ event: 'failed', message: describeError(error) }),
  );
  return async () => {
    // Redis before PostgreSQL: what Redis loses, PostgreSQL still knows.
    for (const { stop } of kept) await stop();
    if (temporaryFolder !== undefined) rmSync(temporaryFolder, { recursive: true, force: true });
  };
}

/** @type {(() => Promise<void>) | undefined} */
let stop;
const input = createInterface({ input: process.stdin });
input.once('line', (line) => {
  stop = run(JSON.parse(line));
});
input.once('close', () => {
  Promise.resolve(stop?.()).then(
    () => process.exit(0),
    (error) => {
      process.stderr.write(`${describeError(error)}\n`);
      process.exit(1);
    },
  );
});
