import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { postgresUrl } from '../../dev/services/postgres/postgres.mjs';
import { redisUrl } from '../../dev/services/redis/redis.mjs';
import { findOrFetchRedis } from '../../dev/services/redis/redis-binary.mjs';
import { startServices } from '../../dev/services/services.mjs';
import { installAndBuild } from '../../dev/setup/prepare.mjs';

declare module 'vitest' {
  export interface ProvidedContext {
    /** URL of the database `postgres`, as a superuser. Create a separate database for each test file. */
    databaseUrl: string;
    /** URL of the Redis server that all test files share. Use a unique key prefix, and never FLUSHALL. */
    redisUrl: string;
    /** Path of a redis-server or valkey-server program, for tests that need a separate server. */
    redisBinary: string;
  }
}

interface TestServices {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly redisBinary: string;
  readonly stop: () => Promise<void>;
}

/** Vitest runs this file once for each project that references it; the projects of one run share the servers. */
interface Shared {
  users: number;
  services: Promise<TestServices>;
}

const shared = globalThis as typeof globalThis & { bookedbarberTestServices?: Shared | undefined };

/**
 * Starts PostgreSQL and Redis in a temporary folder for the tests of a project.
 *
 * A watchdog process stops the servers when this process exits, even when Vitest is killed.
 *
 * @throws when there is no Redis server and none can be downloaded
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
  // Some tests start the built programs. Without this, Vitest alone would test an old build.
  await installAndBuild();
  const redis = await findOrFetchRedis(process.env);
  const folder = await mkdtemp(join(tmpdir(), 'bookedbarber-tests-'));
  // As root, PostgreSQL runs under another account, which must be able to traverse the folder.
  await chmod(folder, 0o711);
  const password = 'only-for-tests';
  try {
    const services = await startServices(
      {
        postgres: {
          folder: join(folder, 'postgres'),
          log: join(folder, 'postgres.log'),
          password,
          // Test data does not need to survive a crash.
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
      throw new Error('PostgreSQL or Redis did not start');
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
