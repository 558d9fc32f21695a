import { join } from 'node:path';
import { createDatabaseIfMissing, versionOfPostgres, versionOfRedis } from '../services/databases.mjs';
import { postgresUrl } from '../services/postgres.mjs';
import { redisUrl } from '../services/redis.mjs';
import { fetchRedisBinary, findRedisBinary } from '../services/redis-binary.mjs';
import { startServices } from '../services/start-host.mjs';
import { oneAtATime, step } from '../setup/steps.mjs';
import { describeError } from '../setup/trouble.mjs';

/**
 * @typedef {object} DatabaseInUse
 * @property {boolean} embedded
 * @property {string} url with its password
 * @property {string | undefined} version undefined when it did not answer
 */

/**
 * @typedef {object} ServicesInUse
 * @property {DatabaseInUse} postgres
 * @property {DatabaseInUse | undefined} redis undefined: the server runs without one
 * @property {string | undefined} whyNoRedis
 * @property {Promise<string>} ended
 * @property {() => Promise<void>} stop
 */

const databaseName = 'bookedbarber';

/**
 * The databases of the person, where the environment names them, and embedded ones where it does not.
 *
 * @param {object} options
 * @param {import('./settings.mjs').StartSettings} options.settings
 * @param {import('./data-folder.mjs').DataFolder} options.data
 * @param {import('./secrets.mjs').Secrets} options.secrets
 * @param {NodeJS.ProcessEnv} options.env
 * @param {(message: string) => void} options.onWarning
 * @returns {Promise<ServicesInUse>}
 */
export async function openServices({ settings, data, secrets, env, onWarning }) {
  const { databaseUrl, redisUrl: ownRedisUrl } = settings;
  const { binary, whyNot } =
    ownRedisUrl === undefined ? await redisBinary(settings, env) : { binary: undefined, whyNot: undefined };
  const order = {
    ...(databaseUrl === undefined && {
      postgres: {
        folder: join(data.path, 'postgres'),
        log: data.log('postgres'),
        password: secrets.postgresPassword,
        settings: { max_connections: '200' },
      },
    }),
    ...(binary !== undefined && {
      redis: {
        binary: binary.file,
        folder: join(data.path, 'redis'),
        log: data.log('redis'),
        password: secrets.redisPassword,
        durable: true,
      },
    }),
  };
  const names = [order.postgres && 'PostgreSQL', order.redis && 'Redis'].filter(Boolean).join(' and ');
  const started =
    names === ''
      ? undefined
      : await step(`Starting ${names}`, () => startServices(order, { log: data.log('services'), onWarning }));
  try {
    return {
      postgres: await openPostgres(databaseUrl, started?.postgres, secrets.postgresPassword),
      redis: await openRedis(ownRedisUrl, started?.redis, secrets.redisPassword, env),
      whyNoRedis: whyNot,
      ended: started?.ended ?? new Promise(() => {}),
      stop: async () => started?.stop(),
    };
  } catch (error) {
    await started?.stop();
    throw error;
  }
}

/**
 * @param {import('./settings.mjs').StartSettings} settings
 * @param {NodeJS.ProcessEnv} env
 */
async function redisBinary(settings, env) {
  if (settings.withoutRedis) return { binary: undefined, whyNot: 'BOOKEDBARBER_REDIS is off.' };
  const found = findRedisBinary(env);
  if (found !== undefined) return { binary: found, whyNot: undefined };
  const mayPrompt = process.stdin.isTTY === true && process.stdout.isTTY === true;
  try {
    const fetched = await step('Fetching a Redis server into .cache', () =>
      oneAtATime(async () => findRedisBinary(env) ?? (await fetchRedisBinary({ env, mayPrompt }))),
    );
    return { binary: fetched, whyNot: undefined };
  } catch (error) {
    return { binary: undefined, whyNot: describeError(error) };
  }
}

/**
 * @param {string | undefined} ownUrl
 * @param {import('../services/host.mjs').ServiceFacts | undefined} facts
 * @param {string} password
 * @returns {Promise<DatabaseInUse>}
 */
async function openPostgres(ownUrl, facts, password) {
  if (ownUrl !== undefined) return { embedded: false, url: ownUrl, version: await versionOfPostgres(ownUrl) };
  if (facts === undefined) throw new Error('the embedded PostgreSQL has not reported its port');
  await createDatabaseIfMissing(postgresUrl(facts.port, password, 'postgres'), databaseName);
  return { embedded: true, url: postgresUrl(facts.port, password, databaseName), version: facts.version };
}

/**
 * @param {string | undefined} ownUrl
 * @param {import('../services/host.mjs').ServiceFacts | undefined} facts
 * @param {string} password
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<DatabaseInUse | undefined>}
 */
async function openRedis(ownUrl, facts, password, env) {
  if (ownUrl !== undefined)
    return { embedded: false, url: ownUrl, version: await versionOfRedis(ownUrl, env) };
  return facts && { embedded: true, url: redisUrl(facts.port, password), version: facts.version };
}
