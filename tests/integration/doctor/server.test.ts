import { until } from '@bookedbarber/redis-tier/testing';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { serverChecks } from '../../../apps/cli/src/doctor/check-list.ts';
import { type PasswordRedis, startPasswordRedis } from '../../support/doctor/doctor-redis.ts';
import { examine, secret } from '../../support/doctor/doctor-target.ts';
import { eventually } from '../../support/eventually.ts';

const variables = { REDIS_PASSWORD: secret };
const boundBytes = 64 * 1024 * 1024;

let redis: PasswordRedis;
let args: string[];
beforeAll(async () => {
  redis = await startPasswordRedis(['--maxclients', '40']);
  args = [redis.address];
});
afterAll(() => redis?.close());

beforeEach(async () => {
  await redis.admin.config('SET', 'maxmemory-policy', 'volatile-lru');
  await redis.admin.config('SET', 'maxmemory', String(boundBytes));
});

describe('a healthy server', () => {
  test('passes every check', async () => {
    const { report, text, faults, warnings } = await examine({ args, variables });
    expect([faults, warnings]).toEqual([[], []]);
    const checks = report.servers.flatMap((server) => server.checks.map(({ check }) => check));
    expect(checks).toEqual([...serverChecks]);
    expect(text).toMatch(/ok +set, get, delete +a key under bb: was written, read and removed/);
    expect(text).toMatch(/round trip +median [\d.]+ ms, 95 % within [\d.]+ ms, slowest [\d.]+ ms of \d+/);
  });

  // A clock would measure this machine. What is waited for is bounded instead: with a round trip of 10 ms, 32 questions
  // and 400 ms of round trips take less than a second.
  test('is asked no more than 32 questions beside the round trips that are measured', async () => {
    await redis.admin.config('RESETSTAT');
    await examine({ args, variables });
    const stats = await redis.admin.info('commandstats');
    const calls = [...stats.matchAll(/^cmdstat_(?!ping|config)[^:]*:calls=(\d+)/gm)].map((match) =>
      Number(match[1]),
    );
    // Two examinations, one for each form of the report; EXISTS is what the tried script calls.
    expect(calls.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(2 * 32);
  });

  test('is left as it was found', async () => {
    await redis.admin.set('bb:kept', 'kept');
    await examine({ args, variables });
    expect(await redis.admin.keys('*')).toEqual(['bb:kept']);
    await redis.admin.del('bb:kept');
  });
});

test('a budget that does not suffice is refused, and the server is examined all the same', async () => {
  const { faults, text } = await examine({ args, variables: { ...variables, REDIS_MAX_CONNECTIONS: '5' } });
  expect(faults).toEqual(['connections_over_budget']);
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

  test('replica: the reader endpoint, or a node', async () => {
    const { faults, finding } = await examine({ args: [replica.address], variables });
    expect(faults).toEqual(['replica_endpoint']);
    expect(finding('replica_endpoint').remediation).toContain('Primary Endpoint');
  });
});

describe('the database', () => {
  test('that the server has not', async () => {
    const { faults, finding } = await examine({ args: [`${redis.address}/99`], variables });
    expect(faults).toEqual(['database_wrong']);
    expect(finding('database_wrong').remediation).toContain('/99');
  });

  test('is told with its keys and those beside it', async () => {
    await redis.admin.set('one', '1');
    const { text } = await examine({ args: [`${redis.address}/3`], variables });
    await redis.admin.del('one');
    expect(text).toContain('3, with 0 keys; db0 hold keys too');
  });
});

describe('the eviction policy', () => {
  const policy = (name: string) => redis.admin.config('SET', 'maxmemory-policy', name);

  test.each(['allkeys-lru', 'allkeys-lfu', 'allkeys-random'])('%s works against jobs', async (name) => {
    await policy(name);
    const { faults, finding } = await examine({ args, variables });
    expect(faults).toEqual(['eviction_against_jobs']);
    expect(finding('eviction_against_jobs').remediation).toContain('REDIS_JOBS_URL');
  });

  test.each(['noeviction', 'volatile-lru'])('%s does for all of it', async (name) => {
    await policy(name);
    expect((await examine({ args, variables })).faults).toEqual([]);
  });

  test('is no fault where jobs have a server of their own', async () => {
    await policy('allkeys-lru');
    const jobs = await startPasswordRedis();
    const { faults, warnings, report } = await examine({
      variables: {
        ...variables,
        REDIS_URL: redis.address,
        REDIS_JOBS_URL: jobs.address.replace('//', `//:${encodeURIComponent(secret)}@`),
      },
    });
    await jobs.close();
    expect([faults, warnings]).toEqual([[], ['eviction_against_limits']]);
    expect(report.servers.map(({ address }) => address)).toEqual([redis.address, jobs.address]);
  });
});

describe('the memory', () => {
  afterEach(() => redis.admin.flushall());

  const fill = async (share: number): Promise<void> => {
    // Made on the server: what the command itself takes there would come and go.
    await redis.admin.setrange('ballast', 20_000_000, 'x');
    const used = Number(/used_memory:(\d+)/.exec(await redis.admin.info('memory'))?.[1]);
    await redis.admin.config('SET', 'maxmemory', String(Math.floor(used / share)));
  };

  test('that is full refuses writes', async () => {
    await redis.admin.config('SET', 'maxmemory-policy', 'noeviction');
    await fill(1.2);
    const { faults, finding } = await examine({ args, variables });
    expect(new Set(faults)).toEqual(new Set(['memory_full']));
    expect(finding('memory_full').remediation).toContain('scale up');
  });

  test('that is full of what may not be evicted refuses writes too', async () => {
    await fill(1.2);
    expect(new Set((await examine({ args, variables })).faults)).toEqual(new Set(['memory_full']));
  });

  test('that is nearly full is a warning', async () => {
    await fill(0.9);
    const { faults, warnings } = await examine({ args, variables });
    expect([faults, warnings]).toEqual([[], ['memory_nearly_full']]);
  });
});

describe('the connections', () => {
  const held: Redis[] = [];
  afterEach(async () => {
    for (const client of held.splice(0)) client.disconnect();
    await eventually(async () =>
      expect(await redis.admin.info('clients')).toMatch(/^connected_clients:1\r$/m),
    );
  });
  const hold = async (count: number): Promise<void> => {
    for (let index = 0; index < count; index += 1)
      held.push(
        new Redis({ port: redis.port, host: '127.0.0.1', password: secret, retryStrategy: () => null }),
      );
    await until('they are open', () => held.every(({ status }) => status === 'ready'));
  };

  test('are nearly used up', async () => {
    await hold(36);
    const { faults, finding } = await examine({ args, variables });
    expect(faults).toEqual(['connections_nearly_used_up']);
    expect(finding('connections_nearly_used_up').remediation).toContain('leak');
  });

  test('are used up', async () => {
    await hold(39);
    expect((await examine({ args, variables })).faults).toEqual(['connections_used_up']);
  });
});

describe('a server of somebody’s own', () => {
  test('that wants replicas before it takes a write', async () => {
    await redis.admin.config('SET', 'min-replicas-to-write', '1');
    const { faults, finding } = await examine({ args, variables });
    await redis.admin.config('SET', 'min-replicas-to-write', '0');
    expect(faults).toEqual(['write_refused']);
    expect(finding('write_refused').cause).toContain('min-replicas-to-write');
  });
});

describe('the clock', () => {
  test.each([
    ['a little', 5000, 'warning', 'ahead of'],
    ['far', -90_000, 'error', 'behind'],
  ])('of this machine is %s off', async (_how, aheadMs, severity, word) => {
    const { finding } = await examine({ args, variables, changes: { nowMs: () => Date.now() + aheadMs } });
    expect(finding('clock_skew')).toMatchObject({ severity, message: expect.stringContaining(word) });
  });
});
