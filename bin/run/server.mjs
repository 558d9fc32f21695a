import { join } from 'node:path';
import { supervise } from '../services/keep-running.mjs';
import { projectFolder } from '../setup/project.mjs';
import { spawnServer, stopServer, untilReady } from './server-process.mjs';

const entries = {
  api: join(projectFolder, 'apps/server/dist/main/api.js'),
  worker: join(projectFolder, 'apps/server/dist/main/worker.js'),
};

/** @typedef {{ env: NodeJS.ProcessEnv, url: string, log: (name: string) => string | undefined }} ServerOptions */
/** @typedef {{ onWarning: (message: string) => void, onGaveUp: (message: string) => void }} Reports */

/**
 * The entry that answers requests. It has started when it says that it is ready.
 *
 * @param {ServerOptions & Reports} options
 */
export function superviseApi({ env, url, log, onWarning, onGaveUp }) {
  return supervise({
    name: 'The server',
    start: async (_, signal) => {
      const server = spawnServer({ entry: entries.api, env, log: log('api') });
      await untilReady(server, { url, withinMs: 60_000, signal });
      return server;
    },
    stop: stopServer,
    lastLogLines: (server) => server.tail(),
    onWarning,
    onGaveUp,
  });
}

/**
 * The entry that does the background jobs.
 *
 * @param {Omit<ServerOptions, 'url'> & Reports} options
 */
export function superviseWorker({ env, log, onWarning, onGaveUp }) {
  return supervise({
    name: 'The worker',
    start: async () => spawnServer({ entry: entries.worker, env, log: log('worker') }),
    stop: stopServer,
    lastLogLines: (server) => server.tail(),
    onWarning,
    onGaveUp,
  });
}

/** These describe a server of the person's own, and our own address says it all: each of them would contradict it. */
const ofTheirServer = [
  'REDIS_URL',
  'REDIS_USERNAME',
  'REDIS_PASSWORD',
  'REDIS_PASSWORD_FILE',
  'REDIS_PASSWORD_SECRET',
  'REDIS_IAM_USER',
  'REDIS_IAM_CACHE',
  'REDIS_SSL',
  'REDIS_CLUSTER',
];

/**
 * What the server is told. It reads the rest of the environment itself.
 *
 * @param {object} options
 * @param {NodeJS.ProcessEnv} options.env
 * @param {import('./settings.mjs').StartSettings} options.settings
 * @param {import('./secrets.mjs').Secrets | undefined} options.secrets
 * @param {{ postgres: { url: string }, redis: { url: string, embedded: boolean } | undefined }} options.services
 * @returns {NodeJS.ProcessEnv}
 */
export function serverEnvironment({ env, settings, secrets, services }) {
  const inherited = { ...env };
  if (services.redis === undefined || services.redis.embedded) {
    for (const name of ofTheirServer) delete inherited[name];
  }
  return {
    ...inherited,
    NODE_ENV: settings.production ? 'production' : 'development',
    HOST: settings.host,
    PORT: String(settings.port),
    PUBLIC_URL: settings.publicUrl,
    DATABASE_URL: services.postgres.url,
    ...(services.redis !== undefined && { REDIS_URL: services.redis.url }),
    ...(secrets !== undefined && {
      OPERATOR_TOKEN: secrets.operatorToken,
      BOOKING_LINK_SECRET: secrets.bookingLinkSecret,
    }),
  };
}
