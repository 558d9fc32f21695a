import { readFileSync } from 'node:fs';
import { describeError, UserError } from '../setup/trouble.mjs';
import { sendRedisCommands } from './redis-talk.mjs';

/**
 * @template T
 * @param {string} url
 * @param {(client: import('pg').Client) => Promise<T>} work
 * @returns {Promise<T>}
 */
async function withPostgres(url, work) {
  // Loaded late: the entry that imports this module runs before the packages are installed.
  const { default: pg } = await import('pg');
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 5000,
    query_timeout: 20_000,
  });
  // A connection that breaks while it is idle has nobody to tell.
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}

/**
 * @param {string} maintenanceUrl a database that is always there
 * @param {string} name
 */
export async function createDatabaseIfMissing(maintenanceUrl, name) {
  await withPostgres(maintenanceUrl, async (client) => {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  });
}

/**
 * @param {string} url a server of the person's own
 * @returns {Promise<string>} its version
 * @throws {UserError} when it does not answer: without its database nothing works
 */
export async function versionOfPostgres(url) {
  try {
    const answer = await withPostgres(url, (client) => client.query('SHOW server_version'));
    return String(answer.rows[0]?.server_version ?? '').split(' ')[0] ?? '';
  } catch (error) {
    const message = error instanceof Error ? error.message : describeError(error);
    throw new UserError(
      `The PostgreSQL server of DATABASE_URL cannot be used: ${message}`,
      'Check host, port, user, password and database in DATABASE_URL. Without it, an embedded server is used.',
    );
  }
}

/**
 * @param {string} url a server of the person's own
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string | undefined>} its version; undefined when it does not answer, which is no reason not to
 *   start: the tier goes on without Redis and takes it up when it is there
 */
export async function versionOfRedis(url, env) {
  const target = new URL(url);
  const password = env['REDIS_PASSWORD'] ?? passwordInFile(env['REDIS_PASSWORD_FILE']);
  if (target.password === '' && password) {
    target.username = encodeURIComponent(env['REDIS_USERNAME'] ?? '');
    target.password = encodeURIComponent(password);
  }
  const address = env['REDIS_SSL'] === 'true' ? target.href.replace(/^redis:/, 'rediss:') : target.href;
  try {
    const answer = await sendRedisCommands(address, [['INFO', 'server']], { timeoutMs: 5000 });
    return (/valkey_version:(\S+)/.exec(answer) ?? /redis_version:(\S+)/.exec(answer))?.[1];
  } catch {
    return undefined;
  }
}

/**
 * @param {string | undefined} path
 * @returns {string | undefined} undefined when there is none: the server says what is wrong with the file
 */
function passwordInFile(path) {
  try {
    return path ? readFileSync(path, 'utf8').replace(/\r?\n$/, '') : undefined;
  } catch {
    return undefined;
  }
}
