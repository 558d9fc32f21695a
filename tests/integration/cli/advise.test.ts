import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { completeFigures, findNodeType, makePlan, usableBytes } from '@bookedbarber/elasticache';
import { type RedisServerProcess, startRedisServer, until } from '@bookedbarber/redis-tier/testing';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { bookedbarber } from '../../support/bookedbarber.ts';
import { type LocalServer, startLocalServer } from '../../support/local-server.ts';

let redis: RedisServerProcess;
let server: LocalServer;
beforeAll(async () => {
  redis = await startRedisServer(inject('redisBinary'));
  server = await startLocalServer({ env: { REDIS_URL: redis.url } });
});
afterAll(async () => {
  await server.stop();
  await redis.close();
});

/** Gives Redis a maxmemory of so many bytes, and waits until the server has seen it. */
async function maxmemory(bytes: number): Promise<void> {
  await redis.admin.config('SET', 'maxmemory', bytes);
  await until('the server has seen it', async () => {
    const { stdout } = await bookedbarber(server, ['status', '--json']);
    return JSON.parse(stdout).redis.max_memory_bytes === bytes;
  });
}

/** So much of maxmemory is in use. */
async function memoryAt(share: number): Promise<void> {
  const used = Number(/^used_memory:(\d+)/m.exec(await redis.admin.info('memory'))?.[1]);
  await maxmemory(Math.round(used / share));
}

const usableOf = (name: string) => {
  const node = findNodeType(name);
  return node === undefined ? 0 : usableBytes(node, 25);
};

test('a server without trouble is told so, and its node by its memory', async () => {
  await maxmemory(usableOf('cache.t4g.small'));
  const { code, stdout, stderr } = await bookedbarber(server, ['advise']);
  expect([code, stderr]).toEqual([0, '']);
  for (const words of [
    `Advice on the Redis of ${server.url}`,
    'cache.t4g.small, replicas not known',
    'Nothing is wrong that can be seen from here.',
    'No step is due',
    'CPUCreditBalance',
  ])
    expect(stdout).toContain(words);
});

test('a single node is told to get a replica first, and what that costs', async () => {
  await maxmemory(usableOf('cache.t4g.small'));
  const { stdout } = await bookedbarber(server, ['advise', '--replicas', '0']);
  expect(stdout).toContain('→ A replica in another zone, with automatic failover');
  expect(stdout).toContain('a month: +$18.69 on Valkey, +$23.36 on Redis OSS');
});

test('memory over 80 % is a larger node, soon', async () => {
  await memoryAt(0.85);
  const { code, stdout } = await bookedbarber(server, ['advise', '--node', 't4g.small', '--replicas', '1']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/soon {2}Memory is filling up: 8\d(\.\d)? %, over 80 %/);
  expect(stdout).toContain('→ cache.t4g.small to cache.t4g.medium');
  expect(stdout).toContain('a month: +$38.54 on Valkey, +$48.18 on Redis OSS');
});

test('memory over 90 % ends with 1, and the same alert of the server is told once', async () => {
  await memoryAt(0.95);
  const { code, stdout, stderr } = await bookedbarber(server, ['advise', '--node', 't4g.small']);
  expect(code).toBe(1);
  expect(stderr).toContain('1 thing to be looked at now');
  expect(stdout).not.toContain('The memory of Redis is nearly used up');
  expect(stdout).toMatch(/now {3}Memory is nearly used up/);
});

test('what CloudWatch shows is judged with the rest', async () => {
  await maxmemory(usableOf('cache.t4g.small'));
  const metrics = ['--metric', 'CPUCreditBalance=90', '--metric', 'CPUUtilization=52'];
  const { code, stdout } = await bookedbarber(server, ['advise', ...metrics, '--json']);
  expect(code).toBe(1);
  const advice = JSON.parse(stdout);
  expect(advice.findings.map(({ rule }: { rule: string }) => rule)).toEqual(['cpu', 'cpu_credits']);
  expect(advice.next).toBe('vertical');
});

test('a plan says what the server cannot: engine, replicas, database, and what stands before cluster mode', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bookedbarber-advise-'));
  const plan = makePlan(completeFigures({ barbers: 8 }), { nodeType: 'cache.r6g.xlarge', engine: 'redis' });
  const file = join(folder, 'plan.json');
  writeFileSync(file, JSON.stringify({ ...plan, clients: { ...plan.clients, database: 2 } }));
  try {
    await maxmemory(usableOf('cache.r6g.xlarge'));
    const args = ['advise', '--plan', file, '--metric', 'EngineCPUUtilization=75'];
    const { code, stdout } = await bookedbarber(server, args);
    expect(code).toBe(0);
    for (const words of [
      'cache.r6g.xlarge, 1 replica, Redis OSS, us-east-1',
      '→ Cluster mode, then two shards',
      '✗ all keys are in database 0',
      '✓ there is a replica, and automatic failover is on',
      'It cannot be undone',
    ])
      expect(stdout).toContain(words);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test.each([
  ['--metric', 'Nonsense=1'],
  ['--metric', 'CPUUtilization=high'],
  ['--node', 't4g.large'],
])('%s %s is wrong usage', async (...args) => {
  const { code, stdout } = await bookedbarber(server, ['advise', ...args]);
  expect([code, stdout]).toEqual([2, '']);
});
