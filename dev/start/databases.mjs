import { join } from 'node:path';
import { postgresUrl } from '../services/postgres/postgres.mjs';
import { redisUrl } from '../services/redis/redis.mjs';
import { findOrFetchRedis } from '../services/redis/redis-binary.mjs';
import { runServices } from '../services/services.mjs';
import { step } from '../setup/step.mjs';
import { describeError, UserError } from '../setup/user-error.mjs';

/** `url` contains the password. Only an embedded server has a `version`. @typedef {{ url: string, version?: string }} Database */
/** @typedef {Awaited<ReturnType<typeof openDatabases>>} Databases */

const databaseName = 'bookedbarber';

/**
 * Connects to the servers that the environment names and starts embedded ones for the rest.
 *
 * @param {object} options
 * @param {import('../services/children.mjs').Children} options.children
 * @param {import('./settings.mjs').StartSettings} options.settings
 * @param {import('./data-folder.mjs').DataFolder} options.data
 * @param {import('./secrets.mjs').Secrets} options.secrets
 */
export async function openDatabases({ children, settings, data, secrets }) {
  const { postgresPassword, redisPassword } = secrets;
  const { databaseUrl, redisUrl: ownRedisUrl } = settings;
  if (databaseUrl !== undefined) await checkPostgres(databaseUrl);
  const { binary, whyNot } = ownRedisUrl === undefined ? await redisBinary(settings) : {};
  /** @param {string} name @param {string} password */
  const files = (name, password) => ({ folder: join(data.path, name), log: data.log(name), password });
  const order = {
    ...(databaseUrl === undefined && {
      postgres: { ...files('postgres', postgresPassword), settings: { max_connections: '200' } },
    }),
    ...(binary && { redis: { ...files('redis', redisPassword), binary, durable: true } }),
  };
  const names = [order.postgres && 'PostgreSQL', order.redis && 'Redis'].filter(Boolean).join(' and ');
  const start = () => runServices(children, order, (message) => process.stderr.write(`${message}\n`));
  const { postgres, redis, ended } = await (names === '' ? start() : step(`Starting ${names}`, start));
  if (postgres) await createDatabase(postgresUrl(postgres.port, postgresPassword, 'postgres'));
  /** @type {Database} */
  const postgresInUse = postgres
    ? { url: postgresUrl(postgres.port, postgresPassword, databaseName), version: postgres.version }
    : { url: databaseUrl ?? '' };
  /** @type {Database | undefined} undefined: BookedBarber runs without Redis */
  const redisInUse = redis
    ? { url: redisUrl(redis.port, redisPassword), version: redis.version }
    : ownRedisUrl === undefined
      ? undefined
      : { url: ownRedisUrl };
  return { postgres: postgresInUse, redis: redisInUse, whyNoRedis: whyNot, ended };
}

/** @param {{ withoutRedis: boolean }} settings @returns {Promise<{ binary?: string, whyNot?: string }>} */
async function redisBinary({ withoutRedis }) {
  if (withoutRedis) return { whyNot: 'BOOKEDBARBER_REDIS is off.' };
  try {
    return { binary: (await findOrFetchRedis(process.env)).file };
  } catch (error) {
    return { whyNot: describeError(error) };
  }
}

/** @param {string} url */
async function checkPostgres(url) {
  try {
    await query(url, 'SELECT 1');
  } catch (error) {
    throw new UserError(
      `DATABASE_URL cannot be used: ${error instanceof Error ? error.message : String(error)}`,
      'Check its host, port, user, password and database, or remove DATABASE_URL to use the embedded server.',
    );
  }
}

/** @param {string} maintenanceUrl */
async function createDatabase(maintenanceUrl) {
  const { rowCount } = await query(
    maintenanceUrl,
    `SELECT FROM pg_database WHERE datname = '${databaseName}'`,
  );
  if (rowCount === 0) await query(maintenanceUrl, `CREATE DATABASE ${databaseName}`);
}

/** @param {string} connectionString @param {string} sql */
async function query(connectionString, sql) {
  // Imported here, because this module is loaded before the packages are installed.
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5000, query_timeout: 20_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return await client.query(sql);
  } finally {
    await client.end().catch(() => {});
  }
}

/** @param {string} url @returns {string} without user, password and query, each of which may contain a secret */
export function shownAddress(url) {
  if (!URL.canParse(url)) return '(not an address)';
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname === '/' ? '' : pathname}`;
}
