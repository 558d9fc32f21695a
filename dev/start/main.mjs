import { parseArgs } from 'node:util';
import { stopCommands } from '../setup/command.mjs';
import { reportError } from '../setup/user-error.mjs';
import { startDevelopment } from './development.mjs';
import { startProduction } from './production.mjs';
import { Stopped } from './stop-signals.mjs';

const usage = `npm start

Installs and builds what is missing, then starts PostgreSQL, Redis, the api, the worker and a demo shop. Ctrl-C stops
all of it. Settings come from the environment, for example: PORT=3001 npm start

  PORT               port of the pages and the API (default 3000)
  BOOKEDBARBER_DATA  folder of the data, the secrets and the logs (default .data)
  BOOKEDBARBER_DEMO  off: no demo shop
  BOOKEDBARBER_REDIS off: no Redis; the cache and the limits work in each process
  REDIS_SERVER_BIN   a redis-server or valkey-server program to use
  DATABASE_URL       a PostgreSQL server of your own instead of the embedded one
  REDIS_URL          a Redis server of your own instead of the embedded one
  NODE_ENV           production: starts the api and the worker, and nothing else

All variables: docs/reference/environment.md
`;

/**
 * @param {import('./stop-signals.mjs').Stop} stop
 * @param {string[]} args
 * @returns {Promise<number>} the exit code
 */
export async function main(stop, args) {
  void stop.requested.then(stopCommands);
  /** What to undo at the end, in the order in which it was done. @type {(() => unknown)[]} */
  const undo = [];
  let exitCode = 0;
  try {
    const { values } = parseArgs({ args, options: { help: { type: 'boolean', short: 'h' } } });
    const start = process.env['NODE_ENV'] === 'production' ? startProduction : startDevelopment;
    if (values.help) process.stdout.write(usage);
    else await start(stop, (undoOne) => undo.push(undoOne));
  } catch (error) {
    if (!(error instanceof Stopped)) exitCode = reportError(error);
  }
  for (const undoOne of undo.reverse()) {
    try {
      await undoOne();
    } catch (error) {
      exitCode = reportError(error);
    }
  }
  return exitCode;
}
