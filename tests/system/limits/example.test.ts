import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { startRedisServer, until } from '@bookedbarber/redis-tier/testing';
import { expect, inject, onTestFinished, test } from 'vitest';

const example = fileURLToPath(new URL('../../../packages/redis-tier/examples/limits.ts', import.meta.url));

test('the example limits its callers, and exits on SIGTERM', async () => {
  const redis = await startRedisServer(inject('redisBinary'));
  onTestFinished(() => redis.close());
  const args = ['--conditions=bookedbarber-source', '--import', 'tsx', example];
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env['PATH'], REDIS_URL: redis.url, PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let errors = '';
  child.stderr.on('data', (text: Buffer) => {
    errors += String(text);
  });
  const [url] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  await until('the example is connected to Redis', () => errors.includes('with Redis'));
  const statuses = [];
  for (const path of ['/report', '/', '/', '/', '/', '/', '/'])
    statuses.push((await fetch(url + path)).status);
  expect(statuses).toEqual([200, 200, 200, 200, 200, 200, 429]);
  const denied = await fetch(url);
  expect(denied.headers.get('ratelimit-policy')).toBe('"minute";q=10;w=60, "hour";q=100;w=3600');
  expect(Number(denied.headers.get('retry-after'))).toBeGreaterThan(0);
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
});
