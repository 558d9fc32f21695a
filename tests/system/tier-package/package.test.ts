import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, expect, inject, test } from 'vitest';

const run = promisify(execFile);
const packageFolder = fileURLToPath(new URL('../../../packages/redis-tier/', import.meta.url));
const quiet = ['--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline'];

let folder: string | undefined;
afterEach(() => {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

const program = `
import { createCache } from '@bookedbarber/redis-tier/cache';
import { connect, parseRedisUrl } from '@bookedbarber/redis-tier/connection';
const redis = connect({ server: parseRedisUrl(process.env.REDIS_URL), name: 'app', commandTimeoutMs: 5000 }, () => {});
const cache = createCache({ redis, prefix: 'packed-' + process.pid, policies: { menu: { ttlMs: 60000 } } });
await cache.ready(5000);
let loads = 0;
const menu = () => cache.policy('menu').get({ namespace: 'corner', key: 'menu', tags: ['prices'], load: async () => (loads += 1) });
await menu();
await cache.invalidate('corner', ['prices']);
console.log((await menu()).value, loads, cache.available);
await cache.close();
redis.disconnect();
`;

test('the packed package works in an empty project, without BullMQ', async () => {
  folder = mkdtempSync(join(tmpdir(), 'packed-'));
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], {
    cwd: packageFolder,
  });
  const [packed] = JSON.parse(stdout) as { filename: string }[];
  writeFileSync(join(folder, 'package.json'), '{ "name": "empty", "private": true, "type": "module" }');
  writeFileSync(join(folder, 'main.js'), program);
  await run('npm', ['install', ...quiet, `./${packed?.filename}`], { cwd: folder });
  expect(existsSync(join(folder, 'node_modules/bullmq'))).toBe(false);
  const env = { PATH: process.env['PATH'], REDIS_URL: inject('redisUrl') };
  const printed = await run(process.execPath, ['main.js'], { cwd: folder, env });
  expect(printed.stdout).toBe('2 2 true\n');
}, 300_000);
