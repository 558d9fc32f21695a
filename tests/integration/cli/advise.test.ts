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

/** Sets maxmemory of Redis in bytes, and waits until the server reports it. */
async function maxmemory(bytes: number): Promise<void> {
  await redis.admin.config('SET', 'maxmemory', bytes);
  await until('the server reports the new maxmemory', async () => {
    const { stdout } = await bookedbarber(server, ['status', '--json']);
    return JSON.parse(stdout).redis.max_memory_bytes === bytes;
  });
}

/** Sets maxmemory so that the given share of it (0 to 1) is in use. */
async function memoryAt(share: number): Promise<void> {
  const used = Number(/^used_memory:(\d+)/m.exec(await redis.admin.info('memory'))?.[1]);
  await maxmemory(Math.round(used / share));
}

const usableOf = (name: string) => {
  const node = findNodeType(name);
  return node === undefined ? 0 : usableBytes(node, 25);
};

test('reports no problems of a healthy server, and detects the node type from its memory', async () => {
  await maxmemory(usableOf('cache.t4g.small'));
  const { code, stdout, stderr } = await bookedbarber(server, ['advise']);
  expect([code, stderr]).toEqual([0, '']);
  for (const words of [
    `Advice for the Redis of ${server.url}`,
    'cache.t4g.small, replicas unknown',
    'No problems found.',
    'No scaling step is needed',
    'CPUCreditBalance',
  ])
    expect(stdout).toContain(words);
});

test('recommends a replica first for a single node, with its cost', async () => {
  await maxmemory(usableOf('cache.t4g.small'));
  const { stdout } = await bookedbarber(server, ['advise', '--replicas', '0']);
  expect(stdout).toContain('→ A replica in another zone, with automatic failover');
  expect(stdout).toContain('per month: +$18.69 on Valkey, +$23.36 on Redis OSS');
});

test('recommends a larger node soon for memory over 80 %', async () => {
  await memoryAt(0.85);
  const { code, stdout } = await bookedbarber(server, ['advise', '--node', 't4g.small', '--replicas', '1']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/soon {2}Memory is filling up: 8\d(\.\d)? %, over 80 %/);
  expect(stdout).toContain('→ cache.t4g.small to cache.t4g.medium');
  expect(stdout).toContain('per month: +$38.54 on Valkey, +$48.18 on Redis OSS');
});

test('exits with 1 for memory over 90 %, and does not repeat the alert of the server', async () => {
  await memoryAt(0.95);
  const { code, stdout, stderr } = await bookedbarber(server, ['advise', '--node', 't4g.small']);
  expect(code).toBe(1);
  expect(stderr).toContain('1 problem needs immediate attention');
  expect(stdout).not.toContain('Redis is almost out of memory');
  expect(stdout).toMatch(/now {3}Memory is nearly used up/);
});

test('evaluates values of CloudWatch metrics from the options', async () => {
  await maxmemory(usableOf('cache.t4g.small'));
  const metrics = ['--metric', 'CPUCreditBalance=90', '--metric', 'CPUUtilization=52'];
  const { code, stdout } = await bookedbarber(server, ['advise', ...metrics, '--json']);
  expect(code).toBe(1);
  const advice = JSON.parse(stdout);
  expect(advice.findings.map(({ rule }: { rule: string }) => rule)).toEqual(['cpu', 'cpu_credits']);
  expect(advice.next).toBe('vertical');
});

test('takes engine, replicas, database and the conditions for cluster mode from a plan', async () => {
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
      '✓ each shard has a replica, and automatic failover is on',
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
])('%s %s is a usage error', async (...args) => {
  const { code, stdout } = await bookedbarber(server, ['advise', ...args]);
  expect([code, stdout]).toEqual([2, '']);
});
