import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { postgresUrl } from '../../../dev/services/postgres/postgres.mjs';
import { redisUrl } from '../../../dev/services/redis/redis.mjs';
import { findOrFetchRedis } from '../../../dev/services/redis/redis-binary.mjs';
import { startServices } from '../../../dev/services/services.mjs';

/**
 * @typedef {object} Services
 * @property {string} folder temporary, removed at the end
 * @property {string} redisUrl
 * @property {number} redisPid of the first Redis process; a restarted one has another
 * @property {{ postgres: string, redis: string }} versions
 * @property {(name: string) => Promise<string>} createDatabase creates an empty database and returns its URL
 * @property {(database: string) => Promise<pg.Client>} connect opens a connection for the benchmark itself
 * @property {(file: string) => string} log returns the path of a log file
 * @property {() => Promise<void>} stop
 */

const password = 'only-for-measuring';

/**
 * Starts PostgreSQL and Redis in a temporary folder, on free ports of 127.0.0.1. A watchdog stops them when this
 * process exits, even if it is killed.
 *
 * @param {object} [options]
 * @param {boolean} [options.durable] whether the servers persist their data, as in production; default false
 * @param {(message: string) => void} [options.onRestart] called when a server exits unexpectedly and is restarted
 * @returns {Promise<Services>}
 */
export async function openServices({
  durable = false,
  onRestart = (message) => process.stderr.write(`${message}\n`),
} = {}) {
  const redis = await findOrFetchRedis(process.env);
  const folder = await mkdtemp(join(tmpdir(), 'bookedbarber-bench-'));
  // When this process is root, PostgreSQL runs under another account, which has to traverse the folder.
  await chmod(folder, 0o711);
  try {
    const started = await startServices(
      {
        postgres: {
          folder: join(folder, 'postgres'),
          log: join(folder, 'postgres.log'),
          password,
          settings: {
            max_connections: '200',
            // The data is temporary, so it need not survive a crash of the machine.
            ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
            // Counts every statement that a client sends, including BEGIN and COMMIT.
            shared_preload_libraries: 'pg_stat_statements',
            'pg_stat_statements.track': 'top',
          },
        },
        redis: {
          binary: redis.file,
          folder: join(folder, 'redis'),
          log: join(folder, 'redis.log'),
          password,
          durable,
        },
      },
      { folder, removeFolder: true, onRestart },
    );
    const { postgres } = started;
    if (postgres === undefined || started.redis === undefined)
      throw new Error('PostgreSQL or Redis is missing');
    const connect = async (/** @type {string} */ database) => {
      const client = new pg.Client({ connectionString: postgresUrl(postgres.port, password, database) });
      // PostgreSQL may stop before the connection is closed. A running query still rejects.
      client.on('error', () => {});
      await client.connect();
      return client;
    };
    return {
      folder,
      redisUrl: redisUrl(started.redis.port, password),
      redisPid: started.redis.pid,
      versions: { postgres: postgres.version, redis: started.redis.version },
      connect,
      async createDatabase(name) {
        const client = await connect('postgres');
        try {
          await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
        } finally {
          await client.end();
        }
        return postgresUrl(postgres.port, password, name);
      },
      log: (file) => join(folder, file),
      stop: started.stop,
    };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}
