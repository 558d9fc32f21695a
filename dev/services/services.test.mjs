import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../setup/temporary-folder.mjs';
import { startServices } from './services.mjs';

const folder = temporaryFolder();

it('reports the exit code of a server that does not start', async () => {
  const log = join(folder(), 'redis.log');
  const redis = {
    binary: '/bin/false',
    folder: join(folder(), 'redis'),
    log,
    password: 'word',
    durable: false,
  };
  const starting = startServices({ redis }, { folder: folder(), onRestart: () => {} });
  await expect(starting).rejects.toThrow('Redis did not start (exit code 1)');
});
