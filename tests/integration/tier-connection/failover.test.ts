/**
 * A failover behind an endpoint that leaves open connections where they are: a proxy, or a server that keeps its
 * clients when it is demoted. Nothing cuts the connections.
 */
import { connectQueue, type Jobs, startJobs } from '@bookedbarber/redis-tier/jobs';
import { until } from '@bookedbarber/redis-tier/testing';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { connect, parseRedisUrl } from '../../../packages/redis-tier/src/connection/index.ts';
import { sampleHealth } from '../../../packages/redis-tier/src/health/index.ts';
import { createLimiter } from '../../../packages/redis-tier/src/limits/index.ts';
import { openMemoryOutbox, type QuietMemoryOutbox } from '../../support/jobs/package-outboxes.ts';
import { openCache, ownPrefix } from '../../support/redis-tier/cache-bench.ts';
import { type FailoverEndpoint, startFailoverEndpoint } from '../../support/redis-tier/failover.ts';

const cases = [
  ['becomes a replica', 'replica'],
  ['goes on as a primary', 'primary'],
] as const;
const endpointCheckMs = 200;

let endpoint: FailoverEndpoint;
const opened: { end(): void | Promise<void> }[] = [];
beforeEach(async () => {
  endpoint = await startFailoverEndpoint(inject('redisBinary'));
});
afterEach(async () => {
  for (const resource of opened.splice(0).reverse()) await resource.end();
  await endpoint.close();
});

/** Everything has left the old server, and stays away. */
const allHaveLeft = () =>
  until(
    'nothing is connected to the old server',
    async () => (await endpoint.connectionsTo(endpoint.old)) === 0,
  );

describe.each(cases)('while the old primary %s', (_, oldBecomes) => {
  test('the cache leaves it, and returns no invalidated value', async () => {
    const prefix = ownPrefix();
    const policies = { days: { ttlMs: 600_000, staleIfUnavailableMs: 0 } };
    const open = async () => {
      const one = await openCache(endpoint.url, {
        prefix,
        policies,
        local: { maxBytes: 1_000_000 },
        endpointCheckMs,
      });
      opened.push(one);
      return one.cache;
    };
    const key = { namespace: 'shop-1', key: 'a', tags: ['day'] };
    let price = 1;
    const cache = await open();
    const read = () => cache.policy('days').get({ ...key, load: async () => price });
    await until('the entry is in the local tier', async () => (await read()).source === 'local');

    await endpoint.failOver(oldBecomes);
    const other = await open();
    price = 2;
    expect(await other.invalidate('shop-1', ['day'])).toEqual({ applied: true });
    await until('the price is that after the change', async () => (await read()).value === 2);
    await allHaveLeft();
    await until('the cache uses the promoted server', () => cache.available);
    await until('the entry is in the local tier', async () => (await read()).source === 'local');
    expect((await read()).value).toBe(2);
  });

  test('the limiter leaves it, and counts on the promoted server', async () => {
    const redis = connect(
      { server: parseRedisUrl(endpoint.url), name: 'limits', commandTimeoutMs: 5000 },
      () => {},
    );
    const limiter = createLimiter({
      redis,
      deadlineMs: 5000,
      endpointCheckMs,
      fleetSize: () => 1,
      limits: { default: { windows: { perDay: 1000 }, onOutage: 'local' } },
    });
    opened.push({ end: () => redis.disconnect() }, { end: () => limiter.close() });
    const check = () => limiter.check({ limit: 'default', key: 'guest' });
    await until('the limiter uses Redis', async () => (await check()).source === 'redis');

    await endpoint.failOver(oldBecomes);
    await until('the limiter counts on the promoted server', async () => {
      await check();
      return (await endpoint.connectionsTo(endpoint.old)) === 0 && (await check()).source === 'redis';
    });
    // Another key: the admissions of the first key during the outage are still being reported.
    const counted = { limit: 'default', key: 'later-guest' } as const;
    await limiter.check(counted);
    expect((await limiter.peek(counted)).perWindow[0]?.remaining).toBe(999);
  });

  test('the health report leaves it, and reports the promoted server', async () => {
    const redis = connect(
      { server: parseRedisUrl(endpoint.url), name: 'health', commandTimeoutMs: 5000 },
      () => {},
    );
    const health = sampleHealth({
      redis,
      intervalMs: 30,
      clock: { nowMs: () => Date.now() },
      lookups: () => ({ hits: 0, lookups: 0 }),
      endpointCheckMs,
    });
    opened.push({ end: () => redis.disconnect() }, { end: () => health.stop() });
    await until('Redis is available', () => health.latest().available);

    await endpoint.failOver(oldBecomes);
    await allHaveLeft();
    await until(
      'the promoted server is available',
      async () => (await endpoint.connectionsTo(endpoint.promoted)) > 0 && health.latest().available,
    );
  });

  test('the queue leaves it, and delivers through the promoted server', async () => {
    const outbox: QuietMemoryOutbox = openMemoryOutbox();
    const sent: string[] = [];
    const jobs: Jobs = startJobs({
      store: outbox.store,
      handlers: {
        note: {
          retry: { maxAttempts: 3, initialBackoffMs: 1000, maxBackoffMs: 1500, maxUnknownResends: 0 },
          async send(lease, attempt) {
            await attempt.begin();
            sent.push(lease.id);
            return { kind: 'sent' };
          },
        },
      },
      redis: connectQueue(
        { server: parseRedisUrl(endpoint.url), name: 'tests', commandTimeoutMs: 5000 },
        () => {},
      ),
      prefix: `{${ownPrefix()}}`,
      tuning: {
        pollIntervalMs: 50,
        reconcileEveryMs: 50,
        queueCheckIntervalMs: 30,
        endpointCheckMs,
        // Polling does not compensate for the queue.
        requeueAfterMs: 600_000,
        overdueMs: 900_000,
      },
    });
    opened.push({ end: () => void jobs.stop(1000) });
    const deliver = async () => {
      await until('the queue is in use', () => jobs.status().by === 'queue');
      const id = await outbox.add({ dueMs: Date.now() });
      await until('the message is sent', () => sent.includes(id));
    };
    await deliver();

    await endpoint.failOver(oldBecomes);
    await allHaveLeft();
    await deliver();
    expect(new Set(sent).size).toBe(sent.length);
  });
});
