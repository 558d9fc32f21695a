import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { redisUrl } from '../../../dev/services/redis/redis.mjs';
import { findOrFetchRedis } from '../../../dev/services/redis/redis-binary.mjs';
import { startServices } from '../../../dev/services/services.mjs';

const password = 'only-for-measuring';

/** Starts Redis in a temporary folder, on a free port of 127.0.0.1. It stops when this process exits, even if it is killed. */
export async function openRedis() {
  const binary = (await findOrFetchRedis(process.env)).file;
  const folder = await mkdtemp(join(tmpdir(), 'bookedbarber-limits-'));
  await chmod(folder, 0o711);
  const { redis, stop } = await startServices(
    {
      redis: {
        binary,
        folder: join(folder, 'redis'),
        log: join(folder, 'redis.log'),
        password,
        durable: false,
      },
    },
    { folder, removeFolder: true, onRestart: (message) => process.stderr.write(`${message}\n`) },
  );
  if (redis === undefined) throw new Error('Redis was not started');
  return { url: redisUrl(redis.port, password), pid: redis.pid, version: redis.version, folder, stop };
}
