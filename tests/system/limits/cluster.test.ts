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
import { slotOf } from '../../../packages/redis-tier/src/connection/index.ts';
import { createLimiter, type Decision, type Limiter } from '../../../packages/redis-tier/src/limits/index.ts';
import { limitKeyDigest, limitRedisKey } from '../../../packages/redis-tier/src/limits/local/key-states.ts';

const limits = {
  default: { windows: { perMinute: 60, perHour: 1000, perDay: 10_000 }, onOutage: 'local' },
  auth: { windows: { perMinute: 5, perHour: 20, perDay: 100 }, onOutage: 'closed' },
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
  await until('it decides by Redis', () => limiter.state === 'redis');
  return limiter;
}

const newPrefix = (): string => `test-limits-${randomUUID().slice(0, 8)}`;

/** A subject whose keys the node has. Nodes have their sixth of the slots, in their order. */
function subjectOn(node: number): string {
  const perNode = Math.ceil(16_384 / own.nodes.length);
  for (;;) {
    const subject = randomUUID();
    if (Math.floor(slotOf(limitKeyDigest(subject)) / perNode) === node) return subject;
  }
}

const nodeAt = (index: number): RedisServerProcess => own.nodes[index] as RedisServerProcess;
const allowedOf = (decisions: readonly Decision[]): number => decisions.filter((it) => it.allowed).length;

describe('a cluster of six primaries', () => {
  test('is asked in one call for each subject, and every limit holds over processes', async () => {
    const prefix = newPrefix();
    const [one, other] = [await open(prefix), await open(prefix)];
    const subjects = own.nodes.map((_, node) => subjectOn(node));
    const decisions = await Promise.all(
      [one, other].map((limiter) =>
        Promise.all(
          subjects.flatMap((subject) =>
            Array.from({ length: 50 }, () => limiter.check({ limit: 'default', key: subject })),
          ),
        ),
      ),
    );
    expect(allowedOf(decisions.flat())).toBe(60 * subjects.length);
    expect(one.statistics()).toMatchObject({ calls: subjects.length, checks: 300, errors: 0 });
    for (const [index, { admin }] of own.nodes.entries()) {
      const keys = await admin.keys(`${prefix}:r:{*`);
      expect(keys).toEqual([limitRedisKey(prefix, limitKeyDigest(subjects[index] ?? ''), 'default')]);
    }
  });

  test('takes resets and overrides of all resources of a subject', async () => {
    const limiter = await open(newPrefix());
    const subject = subjectOn(4);
    await limiter.check({ limit: 'default', key: subject });
    await limiter.check({ limit: 'auth', key: subject });
    await limiter.override({ limit: 'auth', key: subject, limits: { minute: 50 } });
    await limiter.reset({ key: subject });
    const states = await Promise.all(
      (['default', 'auth'] as const).map((resource) => limiter.peek({ limit: resource, key: subject })),
    );
    expect(states.map((it) => it.perWindow[0]?.remaining)).toEqual([60, 50]);
  });

  test('with one primary frozen costs its subjects the deadline once, and the others nothing', async () => {
    const limiter = await open(newPrefix(), 1000);
    const [stuck, fine] = [subjectOn(2), subjectOn(3)];
    const check = (subject: string, count: number) =>
      Promise.all(Array.from({ length: count }, () => limiter.check({ limit: 'default', key: subject })));
    await check(stuck, 40);
    nodeAt(2).freeze();
    try {
      const [held, asked] = await Promise.all([check(stuck, 100), check(fine, 100)]);
      expect(held.every((it) => it.source === 'local')).toBe(true);
      expect(allowedOf(held)).toBe(20);
      expect(asked.every((it) => it.source === 'redis')).toBe(true);
      expect(allowedOf(asked)).toBe(60);
      const [auth] = await Promise.all([limiter.check({ limit: 'auth', key: stuck })]);
      expect(auth).toMatchObject({ outage: true });
      expect(await limiter.check({ limit: 'auth', key: fine })).toMatchObject({ source: 'redis' });
    } finally {
      nodeAt(2).thaw();
    }
    await until('all primaries are asked again', () => limiter.state === 'redis');
    await until(
      'it knows what was admitted meanwhile',
      async () => (await limiter.peek({ limit: 'default', key: stuck })).perWindow[0]?.remaining,
      (remaining) => remaining === 0,
    );
  });

  test('goes on by its own account while a slot moves and after it has moved', async () => {
    const prefix = newPrefix();
    const limiter = await open(prefix);
    const subject = subjectOn(0);
    const check = () => limiter.check({ limit: 'default', key: subject });
    for (let i = 0; i < 10; i++) await check();
    const digest = limitKeyDigest(subject);
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
