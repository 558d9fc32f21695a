import { parseArgs } from 'node:util';
import { stopCommands } from '../setup/command.mjs';
import { reportError } from '../setup/user-error.mjs';
import { startDevelopment } from './development.mjs';
import { startProduction } from './production.mjs';
import { Stopped } from './stop-signals.mjs';

const usage = `npm start

Installs and builds what is missing, then starts PostgreSQL, Redis, the api and the worker, and creates a demo shop.
Ctrl-C stops everything. Settings come from the environment, for example: PORT=3001 npm start

  PORT               port of the pages and the API (default 3000)
  BOOKEDBARBER_DATA  folder for data, secrets and logs (default .data)
  BOOKEDBARBER_DEMO  off: no demo shop
  BOOKEDBARBER_REDIS off: no Redis; each process has its own cache and its own limits
  REDIS_SERVER_BIN   the redis-server or valkey-server program to use
  DATABASE_URL       your own PostgreSQL server instead of the embedded one
  REDIS_URL          your own Redis server instead of the embedded one
  NODE_ENV           production: start only the api and the worker

All variables: docs/reference/environment.md
`;

/**
 * @param {import('./stop-signals.mjs').Stop} stop
 * @param {string[]} args
 * @returns {Promise<number>} the exit code
 */
export async function main(stop, args) {
  void stop.requested.then(stopCommands);
  /** Cleanup functions in the order of registration; they run in reverse order. @type {(() => unknown)[]} */
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
