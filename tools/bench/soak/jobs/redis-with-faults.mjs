import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { redisUrl } from '../../../../dev/services/redis/redis.mjs';
import { findOrFetchRedis } from '../../../../dev/services/redis/redis-binary.mjs';
import { Redis } from '../../../../dev/services/redis/redis-client.mjs';
import { startServices } from '../../../../dev/services/services.mjs';
import { redisFaults } from '../redis-faults.mjs';

const password = 'only-for-soaking';
const holdMs = 6000;
const mebibyte = 2 ** 20;

/** @typedef {keyof Omit<RedisWithFaults, 'url' | 'stop'>} Fault */
/** @typedef {Awaited<ReturnType<typeof startRedisWithFaults>>} RedisWithFaults */

/**
 * Starts a Redis without persistence for the jobs, and injects faults into it. Each call resolves when Redis works
 * again, possibly empty.
 *
 * @param {string} folder
 */
export async function startRedisWithFaults(folder) {
  const { file: binary } = await findOrFetchRedis(process.env);
  /** @param {number} [port] */
  const start = (port) =>
    startServices(
      {
        redis: {
          binary,
          folder: join(folder, 'redis'),
          log: join(folder, 'redis.log'),
          password,
          durable: false,
          ...(port === undefined ? {} : { port }),
        },
      },
      { folder, onRestart: () => {} },
    );
  let host = await start();
  const port = host.redis?.port ?? 0;
  const url = redisUrl(port, password);
  const process_ = redisFaults(folder);
  const client = new Redis(url, { maxRetriesPerRequest: null, retryStrategy: () => 100 });
  client.on('error', () => {});

  /** Writes unrelated keys until the server rejects writes or `maxBytes` are written. @param {number} maxBytes */
  async function fill(maxBytes) {
    const junk = 'x'.repeat(mebibyte / 16);
    for (let bytes = 0; bytes < maxBytes; bytes += junk.length) {
      const reply = await client.set(`soak:junk:${bytes}`, junk).catch(() => null);
      if (reply === null) return;
    }
  }

  /** Lowers maxmemory to the memory in use plus `freeBytes`, and fills it. @param {string} policy @param {number} freeBytes @param {number} junkBytes */
  async function limitMemory(policy, freeBytes, junkBytes) {
    const used = /used_memory:(\d+)/.exec(await client.info('memory'))?.[1];
    await client.config('SET', 'maxmemory-policy', policy);
    await client.config('SET', 'maxmemory', String(Number(used) + freeBytes));
    await fill(junkBytes);
    await delay(holdMs);
    await client.config('SET', 'maxmemory', '0');
    await client.config('SET', 'maxmemory-policy', 'noeviction');
    for (let bytes = 0; bytes < junkBytes; bytes += mebibyte / 16) await client.unlink(`soak:junk:${bytes}`);
  }

  return {
    url,
    /** Killed with SIGKILL, then restarted empty. */
    async killed() {
      process_.kill();
      await delay(1000);
      await client.ping();
    },
    /** Shut down, unavailable for two seconds, then restarted empty. */
    async restarted() {
      await host.stop();
      await delay(2000);
      host = await start(port);
      await client.ping();
    },
    frozen: () => process_.freeze(holdMs),
    async flushed() {
      await client.flushall();
    },
    /** Full: rejects writes. */
    filled: () => limitMemory('noeviction', mebibyte / 4, 4 * mebibyte),
    /** Full: evicts keys, including jobs. */
    evicting: () => limitMemory('allkeys-lru', mebibyte / 4, 4 * mebibyte),
    async stop() {
      client.disconnect();
      await host.stop();
    },
  };
}
