import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { redisUrl } from '../../../bin/services/redis.mjs';
import { fetchRedisBinary, findRedisBinary } from '../../../bin/services/redis-binary.mjs';
import { startServices } from '../../../bin/services/start-host.mjs';

const password = 'only-for-measuring';

/** A Redis alone, in a temporary folder and on a free port of 127.0.0.1; it ends with this process, however that ends. */
export async function openRedis() {
  const { env } = process;
  const binary = (findRedisBinary(env) ?? (await fetchRedisBinary({ env, mayPrompt: false }))).file;
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
      temporaryFolder: folder,
    },
    { log: join(folder, 'host.log'), onWarning: (message) => process.stderr.write(`${message}\n`) },
  );
  if (redis === undefined) throw new Error('there is no Redis');
  return { url: redisUrl(redis.port, password), pid: redis.pid, version: redis.version, folder, stop };
}
