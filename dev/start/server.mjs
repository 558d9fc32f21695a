import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { tailOfFile } from '../services/log-file.mjs';
import { projectFolder } from '../setup/project.mjs';
import { UserError } from '../setup/user-error.mjs';

/**
 * Starts the api, and the worker once the api listens: one report of a wrong setting is enough.
 *
 * @param {import('../services/children.mjs').Children} children
 * @param {NodeJS.ProcessEnv} env
 * @param {(name: string) => string} [log] the file of a process; without it, the output goes where this process's goes
 * @returns {Promise<{ url: string, ended: Promise<string> }>} `ended` settles with a text when one of them ends
 */
export async function startServer(children, env, log) {
  const run = (/** @type {'api' | 'worker'} */ name) =>
    children.run(process.execPath, [join(projectFolder, `apps/server/dist/main/${name}.js`)], {
      // In production the server reads .env.production of this folder.
      cwd: projectFolder,
      env,
      ...(log && { log: log(name) }),
      ipc: true,
      stopSignals: ['SIGTERM'],
    });
  /** @param {string} name @param {string} how */
  const report = (name, how) =>
    `The ${name} ended (${how}).${log ? ` Its log ends with:\n${tailOfFile(log(name))}` : ''}`;
  const api = run('api');
  const late = delay(60_000, 'not ready after 60 s', { ref: false });
  const first = await Promise.race([api.message, api.exited, late]);
  if (typeof first === 'string') throw new UserError(report('api', first));
  const worker = run('worker');
  const ended = Promise.race([
    api.exited.then((how) => report('api', how)),
    worker.exited.then((how) => report('worker', how)),
  ]);
  return { url: first.listening, ended };
}

/** Describes a Redis server of the user's own, and contradicts the address of the embedded one. */
const ofTheirServer =
  /^REDIS_(URL|USERNAME|PASSWORD|PASSWORD_FILE|PASSWORD_SECRET|IAM_USER|IAM_CACHE|SSL|CLUSTER)$/;

/**
 * The environment of the server in development. It reads everything else from the user's environment itself.
 *
 * @param {NodeJS.ProcessEnv} env
 * @param {object} facts
 * @param {Pick<import('./settings.mjs').StartSettings, 'port' | 'publicUrl'>} facts.settings
 * @param {Pick<import('./secrets.mjs').Secrets, 'operatorToken' | 'bookingLinkSecret'>} facts.secrets
 * @param {Pick<import('./databases.mjs').Databases, 'postgres' | 'redis'>} facts.databases
 * @returns {NodeJS.ProcessEnv}
 */
export function serverEnvironment(env, { settings, secrets, databases: { postgres, redis } }) {
  const theirs = redis !== undefined && redis.version === undefined;
  return {
    ...Object.fromEntries(Object.entries(env).filter(([name]) => theirs || !ofTheirServer.test(name))),
    NODE_ENV: 'development',
    // This machine only: many shells export HOST as the name of the machine.
    HOST: '127.0.0.1',
    PORT: String(settings.port),
    PUBLIC_URL: settings.publicUrl,
    DATABASE_URL: postgres.url,
    ...(redis && { REDIS_URL: redis.url }),
    OPERATOR_TOKEN: secrets.operatorToken,
    BOOKING_LINK_SECRET: secrets.bookingLinkSecret,
  };
}
