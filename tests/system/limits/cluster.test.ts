import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import {
  type RedisClusterProcesses,
  type RedisServerProcess,
  startRedisCluster,
  until,
} from '@bookedbarber/redis-tier/testing';
import { Cluster } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { slotOf } from '../../../packages/redis-tier/src/connection/internal.ts';
import { createLimiter, type Decision, type Limiter } from '../../../packages/redis-tier/src/limits/index.ts';
import { limitKeyDigest, limitRedisKey } from '../../../packages/redis-tier/src/limits/local/key-states.ts';

const limits = {
  default: { windows: { perMinute: 60, perHour: 1000, perDay: 10_000 }, onOutage: 'local' },
  auth: { windows: { perMinute: 5, perHour: 20, perDay: 100 }, onOutage: 'fail-closed' },
} as const;
const patient = 5000;

let own: RedisClusterProcesses;
beforeAll(async () => {
  own = await startRedisCluster(inject('redisBinary'), 6);
});
afterAll(() => own.close());

const opened: (() => void)[] = [];
afterEach(() => {
  for (const end of opened.splice(0)) end();
});

type Name = keyof typeof limits;

async function open(prefix: string, deadlineMs = patient): Promise<Limiter<Name>> {
  const redis = new Cluster([{ host: '127.0.0.1', port: own.nodes[0]?.port ?? 0 }], {
    redisOptions: { maxRetriesPerRequest: 0 },
  });
  redis.on('error', () => {});
  await once(redis, 'ready');
  const limiter = createLimiter({ redis, prefix, deadlineMs, limits, fleetSize: () => 1 });
  opened.push(() => {
    limiter.close();
    redis.disconnect();
  });
  await until('Redis decides', () => limiter.state === 'redis');
  return limiter;
}

const newPrefix = (): string => `test-limits-${randomUUID().slice(0, 8)}`;

/** A limit key whose Redis keys are on the node. Each node owns a sixth of the slots, in order. */
function limitKeyOn(node: number): string {
  const perNode = Math.ceil(16_384 / own.nodes.length);
  for (;;) {
    const limitKey = randomUUID();
    if (Math.floor(slotOf(limitKeyDigest(limitKey)) / perNode) === node) return limitKey;
  }
}

const nodeAt = (index: number): RedisServerProcess => own.nodes[index] as RedisServerProcess;
const allowedOf = (decisions: readonly Decision[]): number => decisions.filter((it) => it.allowed).length;

describe('a cluster of six primaries', () => {
  test('gets one call per limit key, and every limit holds across processes', async () => {
    const prefix = newPrefix();
    const [one, other] = [await open(prefix), await open(prefix)];
    const limitKeys = own.nodes.map((_, node) => limitKeyOn(node));
    const decisions = await Promise.all(
      [one, other].map((limiter) =>
        Promise.all(
          limitKeys.flatMap((limitKey) =>
            Array.from({ length: 50 }, () => limiter.check({ limit: 'default', key: limitKey })),
          ),
        ),
      ),
    );
    expect(allowedOf(decisions.flat())).toBe(60 * limitKeys.length);
    expect(one.statistics()).toMatchObject({ calls: limitKeys.length, checks: 300, errors: 0 });
    for (const [index, { admin }] of own.nodes.entries()) {
      const keys = await admin.keys(`${prefix}:r:{*`);
      expect(keys).toEqual([limitRedisKey(prefix, limitKeyDigest(limitKeys[index] ?? ''), 'default')]);
    }
  });

  test('supports resets and overrides of all limits of a key', async () => {
    const limiter = await open(newPrefix());
    const limitKey = limitKeyOn(4);
    await limiter.check({ limit: 'default', key: limitKey });
    await limiter.check({ limit: 'auth', key: limitKey });
    await limiter.override({ limit: 'auth', key: limitKey, limits: { minute: 50 } });
    await limiter.reset({ key: limitKey });
    const states = await Promise.all(
      (['default', 'auth'] as const).map((limit) => limiter.peek({ limit, key: limitKey })),
    );
    expect(states.map((it) => it.perWindow[0]?.remaining)).toEqual([60, 50]);
  });

  test('with a frozen primary delays its keys by the deadline once, and other keys not at all', async () => {
    const limiter = await open(newPrefix());
    const [stuck, fine] = [limitKeyOn(2), limitKeyOn(3)];
    const check = (limitKey: string, count: number) =>
      Promise.all(Array.from({ length: count }, () => limiter.check({ limit: 'default', key: limitKey })));
    await check(stuck, 40);
    nodeAt(2).freeze();
    try {
      const order: string[] = [];
      const checkInOrder = async (limitKey: string) => {
        const decisions = await check(limitKey, 100);
        order.push(limitKey);
        return decisions;
      };
      const [stuckDecisions, fineDecisions] = await Promise.all([checkInOrder(stuck), checkInOrder(fine)]);
      expect(order).toEqual([fine, stuck]);
      expect(stuckDecisions.every((it) => it.source === 'local')).toBe(true);
      expect(allowedOf(stuckDecisions)).toBe(20);
      expect(fineDecisions.every((it) => it.source === 'redis')).toBe(true);
      expect(allowedOf(fineDecisions)).toBe(60);
      // The limiter has noticed the outage and no longer calls the frozen primary.
      const { calls } = limiter.statistics();
      expect(await limiter.check({ limit: 'auth', key: stuck })).toMatchObject({ outage: true });
      expect(limiter.statistics().calls).toBe(calls);
      expect(await limiter.check({ limit: 'auth', key: fine })).toMatchObject({ source: 'redis' });
    } finally {
      nodeAt(2).thaw();
    }
    await until('all primaries are used again', () => limiter.state === 'redis');
    await until(
      'the server has the local admissions',
      async () => (await limiter.peek({ limit: 'default', key: stuck })).perWindow[0]?.remaining,
      (remaining) => remaining === 0,
    );
  });

  test('keeps counting while a slot is migrated and afterwards', async () => {
    const prefix = newPrefix();
    const limiter = await open(prefix);
    const limitKey = limitKeyOn(0);
    const check = () => limiter.check({ limit: 'default', key: limitKey });
    for (let i = 0; i < 10; i++) await check();
    const digest = limitKeyDigest(limitKey);
    const slot = slotOf(digest);
    const [source, target] = [nodeAt(0), nodeAt(5)];
    await target.admin.call('CLUSTER', 'SETSLOT', slot, 'IMPORTING', await own.idOf(source));
    await source.admin.call('CLUSTER', 'SETSLOT', slot, 'MIGRATING', await own.idOf(target));
    const key = limitRedisKey(prefix, digest, 'default');
    await source.admin.call('MIGRATE', '127.0.0.1', target.port, key, 0, 5000);
    expect(await check()).toMatchObject({ source: 'redis', perWindow: [{ remaining: 49 }, {}, {}] });
    for (const { admin } of [target, source])
      await admin.call('CLUSTER', 'SETSLOT', slot, 'NODE', await own.idOf(target));
    expect(await check()).toMatchObject({ source: 'redis', perWindow: [{ remaining: 48 }, {}, {}] });
    expect(limiter.statistics().errors).toBe(0);
  });
});
