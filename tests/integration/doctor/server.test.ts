import { until } from '@bookedbarber/redis-tier/testing';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { serverChecks } from '../../../apps/cli/src/doctor/check-list.ts';
import { type PasswordRedis, startPasswordRedis } from '../../support/doctor/doctor-redis.ts';
import { runDoctor, secret } from '../../support/doctor/doctor-target.ts';
import { eventually } from '../../support/eventually.ts';

const variables = { REDIS_PASSWORD: secret };
const maxMemoryBytes = 64 * 1024 * 1024;

let redis: PasswordRedis;
let args: string[];
beforeAll(async () => {
  redis = await startPasswordRedis(['--maxclients', '60']);
  args = [redis.address];
});
afterAll(() => redis?.close());

beforeEach(async () => {
  await redis.admin.config('SET', 'maxmemory-policy', 'volatile-lru');
  await redis.admin.config('SET', 'maxmemory', String(maxMemoryBytes));
});

describe('a healthy server', () => {
  test('passes every check', async () => {
    const { report, text, errors, warnings } = await runDoctor({ args, variables });
    expect([errors, warnings]).toEqual([[], []]);
    const checks = report.servers.flatMap((server) => server.checks.map(({ check }) => check));
    expect(checks).toEqual([...serverChecks]);
    expect(text).toMatch(/ok +set, get, delete +a key below bb: was set, read and deleted/);
    expect(text).toMatch(/round trip +median [\d.]+ ms, 95 % within [\d.]+ ms, slowest [\d.]+ ms of \d+/);
  });

  // Counts commands instead of measuring time, which depends on the machine. With a round trip of 10 ms, 34 commands
  // and 400 ms of measured round trips take less than a second.
  test('receives at most 34 commands in addition to the measured round trips', async () => {
    await redis.admin.config('RESETSTAT');
    await runDoctor({ args, variables });
    const stats = await redis.admin.info('commandstats');
    const calls = [...stats.matchAll(/^cmdstat_(?!ping|config)[^:]*:calls=(\d+)/gm)].map((match) =>
      Number(match[1]),
    );
    expect(calls.length).toBeGreaterThan(5);
    // Two runs, one per report format. The tested script calls EXISTS.
    expect(calls.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(2 * 34);
  });

  test('keeps its data unchanged', async () => {
    await redis.admin.set('bb:kept', 'kept');
    await runDoctor({ args, variables });
    expect(await redis.admin.keys('*')).toEqual(['bb:kept']);
    await redis.admin.del('bb:kept');
  });
});

test('a connection budget that is too small is reported, and the server is still checked', async () => {
  const { errors, text } = await runDoctor({ args, variables: { ...variables, REDIS_MAX_CONNECTIONS: '5' } });
  expect(errors).toEqual(['connections_over_budget']);
  expect(text).toMatch(/ok +round trip/);
});

describe('the role', () => {
  let replica: PasswordRedis;
  beforeAll(async () => {
    replica = await startPasswordRedis();
    await replica.admin.config('SET', 'masterauth', secret);
    await replica.admin.call('REPLICAOF', '127.0.0.1', redis.port);
    await until('it is a replica', async () => /role:slave/.test(await replica.admin.info('replication')));
  });
  afterAll(() => replica?.close());

  test('of a replica is reported', async () => {
    const { errors, finding } = await runDoctor({ args: [replica.address], variables });
    expect(errors).toEqual(['replica_endpoint']);
    expect(finding('replica_endpoint').remediation).toContain('Primary Endpoint');
  });
});

describe('the database', () => {
  test('that does not exist is reported', async () => {
    const { errors, finding } = await runDoctor({ args: [`${redis.address}/99`], variables });
    expect(errors).toEqual(['database_wrong']);
    expect(finding('database_wrong').remediation).toContain('/99');
  });

  test('is shown with its number of keys and other databases with keys', async () => {
    await redis.admin.set('one', '1');
    const { text } = await runDoctor({ args: [`${redis.address}/3`], variables });
    await redis.admin.del('one');
    expect(text).toContain('3, with 0 keys; db0 also contains keys');
  });
});

describe('the eviction policy', () => {
  const policy = (name: string) => redis.admin.config('SET', 'maxmemory-policy', name);

  test.each(['allkeys-lru', 'allkeys-lfu', 'allkeys-random'])(
    '%s is reported, because it can evict jobs',
    async (name) => {
      await policy(name);
      const { errors, finding } = await runDoctor({ args, variables });
      expect(errors).toEqual(['eviction_against_jobs']);
      expect(finding('eviction_against_jobs').remediation).toContain('REDIS_JOBS_URL');
    },
  );

  test.each(['noeviction', 'volatile-lru'])('%s is accepted', async (name) => {
    await policy(name);
    expect((await runDoctor({ args, variables })).errors).toEqual([]);
  });

  test('allkeys-lru is only a warning if jobs use a separate server', async () => {
    await policy('allkeys-lru');
    const jobs = await startPasswordRedis();
    const { errors, warnings, report } = await runDoctor({
      variables: {
        ...variables,
        REDIS_URL: redis.address,
        REDIS_JOBS_URL: jobs.address.replace('//', `//:${encodeURIComponent(secret)}@`),
      },
    });
    await jobs.close();
    expect([errors, warnings]).toEqual([[], ['eviction_against_limits']]);
    expect(report.servers.map(({ address }) => address)).toEqual([redis.address, jobs.address]);
  });
});

describe('the memory', () => {
  afterEach(() => redis.admin.flushall());

  const fill = async (share: number): Promise<void> => {
    // SETRANGE allocates on the server, so the command itself uses little memory.
    await redis.admin.setrange('ballast', 20_000_000, 'x');
    const used = Number(/used_memory:(\d+)/.exec(await redis.admin.info('memory'))?.[1]);
    await redis.admin.config('SET', 'maxmemory', String(Math.floor(used / share)));
  };

  test('that is full is reported', async () => {
    await redis.admin.config('SET', 'maxmemory-policy', 'noeviction');
    await fill(1.2);
    const { errors, finding } = await runDoctor({ args, variables });
    expect(new Set(errors)).toEqual(new Set(['memory_full']));
    expect(finding('memory_full').remediation).toContain('scale up');
  });

  test('that is full of keys that cannot be evicted is reported', async () => {
    await fill(1.2);
    expect(new Set((await runDoctor({ args, variables })).errors)).toEqual(new Set(['memory_full']));
  });

  test('that is nearly full is a warning', async () => {
    await fill(0.9);
    const { errors, warnings } = await runDoctor({ args, variables });
    expect([errors, warnings]).toEqual([[], ['memory_nearly_full']]);
  });
});

describe('the connections', () => {
  const clients: Redis[] = [];
  afterEach(async () => {
    for (const client of clients.splice(0)) client.disconnect();
    await eventually(async () =>
      expect(await redis.admin.info('clients')).toMatch(/^connected_clients:1\r$/m),
    );
  });
  const connect = async (count: number): Promise<void> => {
    for (let index = 0; index < count; index += 1)
      clients.push(
        new Redis({ port: redis.port, host: '127.0.0.1', password: secret, retryStrategy: () => null }),
      );
    await until('all clients are connected', () => clients.every(({ status }) => status === 'ready'));
  };

  test('are reported if they are nearly used up', async () => {
    await connect(54);
    const { errors, finding } = await runDoctor({ args, variables });
    expect(errors).toEqual(['connections_nearly_used_up']);
    expect(finding('connections_nearly_used_up').remediation).toContain('leak');
  });

  test('are reported if they are used up', async () => {
    await connect(59);
    expect((await runDoctor({ args, variables })).errors).toEqual(['connections_used_up']);
  });
});

describe('a self-managed server', () => {
  test('that requires replicas for writes is reported', async () => {
    await redis.admin.config('SET', 'min-replicas-to-write', '1');
    const { errors, finding } = await runDoctor({ args, variables });
    await redis.admin.config('SET', 'min-replicas-to-write', '0');
    expect(errors).toEqual(['write_refused']);
    expect(finding('write_refused').cause).toContain('min-replicas-to-write');
  });
});

describe('the clock', () => {
  test.each([
    ['a little', 5000, 'warning', 'ahead of'],
    ['far', -90_000, 'error', 'behind'],
  ])('of this machine that is %s off is reported', async (_name, aheadMs, severity, word) => {
    const { finding } = await runDoctor({ args, variables, changes: { nowMs: () => Date.now() + aheadMs } });
    expect(finding('clock_skew')).toMatchObject({ severity, message: expect.stringContaining(word) });
  });
});
