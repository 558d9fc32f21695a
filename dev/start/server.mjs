import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { tailOfFile } from '../services/log-file.mjs';
import { projectFolder } from '../setup/project.mjs';
import { UserError } from '../setup/user-error.mjs';

/**
 * Starts the api, then the worker once the api listens, so that a wrong setting is reported only once.
 *
 * @param {import('../services/children.mjs').Children} children
 * @param {NodeJS.ProcessEnv} env
 * @param {(name: string) => string} [log] returns the log file of a process; default: the output of this process
 * @returns {Promise<{ url: string, ended: Promise<string> }>} `ended` resolves with a message when one of them exits
 * @throws {UserError} when the api exits or is not ready after 60 s
 */
export async function startServer(children, env, log) {
  const run = (/** @type {'api' | 'worker'} */ name) =>
    children.run(process.execPath, [join(projectFolder, `apps/server/dist/main/${name}.js`)], {
      // In production, the server reads .env.production in this folder.
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

/** Variables that describe an external Redis server. They would conflict with the address of the embedded one. */
const externalRedisVariables =
  /^REDIS_(URL|USERNAME|PASSWORD|PASSWORD_FILE|PASSWORD_SECRET|IAM_USER|IAM_CACHE|SSL|CLUSTER)$/;

/**
 * The environment of the server in development: the user's environment with the addresses and secrets of this start.
 *
 * @param {NodeJS.ProcessEnv} env
 * @param {object} facts
 * @param {Pick<import('./settings.mjs').StartSettings, 'port' | 'publicUrl'>} facts.settings
 * @param {Pick<import('./secrets.mjs').Secrets, 'operatorToken' | 'bookingLinkSecret'>} facts.secrets
 * @param {Pick<import('./databases.mjs').Databases, 'postgres' | 'redis'>} facts.databases
 * @returns {NodeJS.ProcessEnv}
 */
export function serverEnvironment(env, { settings, secrets, databases: { postgres, redis } }) {
  const isExternal = redis !== undefined && redis.version === undefined;
  return {
    ...Object.fromEntries(
      Object.entries(env).filter(([name]) => isExternal || !externalRedisVariables.test(name)),
    ),
    NODE_ENV: 'development',
    // Listens only on this machine. It overrides HOST, which many shells export as the name of the machine.
    HOST: '127.0.0.1',
    PORT: String(settings.port),
    PUBLIC_URL: settings.publicUrl,
    DATABASE_URL: postgres.url,
    ...(redis && { REDIS_URL: redis.url }),
    OPERATOR_TOKEN: secrets.operatorToken,
    BOOKING_LINK_SECRET: secrets.bookingLinkSecret,
  };
}
