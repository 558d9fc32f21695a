import type { RedisServerProcess } from '@bookedbarber/redis-tier/testing';

/**
 * Sets maxmemory so that 95 % of it is used. The data is large, so that the memory of connections reaches neither
 * maxmemory nor the thresholds of warnings.
 */
export async function fillNearly({ admin }: RedisServerProcess): Promise<void> {
  await admin.setrange('filler', 20_000_000, 'x');
  const used = Number(/used_memory:(\d+)/.exec(await admin.info('memory'))?.[1]);
  await admin.config('SET', 'maxmemory', String(Math.round(used * 1.05)));
}
