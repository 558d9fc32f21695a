import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { postgresUrl } from '../../dev/services/postgres/postgres.mjs';
import { redisUrl } from '../../dev/services/redis/redis.mjs';
import { findOrFetchRedis } from '../../dev/services/redis/redis-binary.mjs';
import { startServices } from '../../dev/services/services.mjs';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The database `postgres` of a server with a superuser: make databases of your own from it. */
    databaseUrl: string;
    /** A server that all test files share: use a key prefix of your own, and no FLUSHALL. */
    redisUrl: string;
    /** A redis-server or valkey-server program, for tests that need a server of their own. */
    redisBinary: string;
  }
}

interface TestServices {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly redisBinary: string;
  readonly stop: () => Promise<void>;
}

/** Vitest runs this file once for each project that names it; the projects of one run share the servers. */
interface Shared {
  users: number;
  services: Promise<TestServices>;
}

const shared = globalThis as typeof globalThis & { bookedbarberTestServices?: Shared | undefined };

/**
 * Gives the tests of a project a real PostgreSQL and a real Redis in a temporary folder.
 *
 * A watchdog process stops the servers when this one ends, so that nothing is left behind even when Vitest is killed.
 *
 * @throws when there is no Redis server and none can be fetched: tests never go on without one
 */
export default async function setup(project: Pick<TestProject, 'provide'>): Promise<() => Promise<void>> {
  const mine = shared.bookedbarberTestServices ?? { users: 0, services: start() };
  shared.bookedbarberTestServices = mine;
  mine.users += 1;
  const { databaseUrl, redisUrl, redisBinary } = await mine.services;
  project.provide('databaseUrl', databaseUrl);
  project.provide('redisUrl', redisUrl);
  project.provide('redisBinary', redisBinary);
  return async () => {
    mine.users -= 1;
    if (mine.users > 0) return;
    shared.bookedbarberTestServices = undefined;
    await (await mine.services).stop();
  };
}

async function start(): Promise<TestServices> {
  const redis = await findOrFetchRedis(process.env);
  const folder = await mkdtemp(join(tmpdir(), 'bookedbarber-tests-'));
  // As root, PostgreSQL runs under another account, which has to pass through.
  await chmod(folder, 0o711);
  const password = 'only-for-tests';
  try {
    const services = await startServices(
      {
        postgres: {
          folder: join(folder, 'postgres'),
          log: join(folder, 'postgres.log'),
          password,
          // A crash of the machine may lose the data of a test run.
          settings: {
            fsync: 'off',
            synchronous_commit: 'off',
            full_page_writes: 'off',
            max_connections: '200',
          },
        },
        redis: {
          binary: redis.file,
          folder: join(folder, 'redis'),
          log: join(folder, 'redis.log'),
          password,
          durable: false,
        },
      },
      { folder, removeFolder: true, onRestart: (message) => process.stderr.write(`${message}\n`) },
    );
    if (services.postgres === undefined || services.redis === undefined)
      throw new Error('a server is missing');
    return {
      databaseUrl: postgresUrl(services.postgres.port, password, 'postgres'),
      redisUrl: redisUrl(services.redis.port, password),
      redisBinary: redis.file,
      stop: services.stop,
    };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}
