import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startServices } from './start-host.mjs';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bookedbarber-host-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

it('tells what a server said that could not be started', async () => {
  const redis = {
    binary: '/bin/false',
    folder: join(folder, 'redis'),
    log: join(folder, 'redis.log'),
    password: 'word',
    durable: false,
  };
  const starting = startServices({ redis }, { log: join(folder, 'host.log'), onWarning: () => {} });
  await expect(starting).rejects.toThrow('Redis did not start (exit code 1)');
});
