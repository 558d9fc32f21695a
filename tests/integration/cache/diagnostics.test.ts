import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, tracingChannel, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, expect, inject, test } from 'vitest';
import {
  type CacheEvent,
  type CacheLoadTrace,
  cacheEventChannel,
  cacheLoadChannel,
} from '../../../packages/redis-tier/src/cache/index.ts';
import { type OpenedCache, openCache, ownPrefix } from '../../support/redis-tier/cache-bench.ts';

const prefix = ownPrefix();
let opened: OpenedCache<'days'> | undefined;
afterEach(() => opened?.end());

async function open(): Promise<OpenedCache<'days'>> {
  opened = await openCache(inject('redisUrl'), { prefix, policies: { days: { ttlMs: 60_000 } } });
  return opened;
}

test('traces a load in the context of the caller that began it, without its value', async () => {
  const { cache } = await open();
  const requests = new AsyncLocalStorage<string>();
  const traced: [string, unknown, string | undefined][] = [];
  const record =
    (moment: string) =>
    (trace: unknown): void =>
      void traced.push([moment, trace, requests.getStore()]);
  const channel = tracingChannel(cacheLoadChannel);
  const listeners = { start: record('start'), asyncEnd: record('end'), error: record('error') };
  channel.subscribe(listeners as never);
  try {
    const request = { namespace: 'shop', key: 'a', load: async () => 'secret' };
    await requests.run('request 7', () => cache.policy('days').get(request));
  } finally {
    channel.unsubscribe(listeners as never);
  }
  const trace: CacheLoadTrace = { prefix, policy: 'days', namespace: 'shop', keys: ['a'] };
  expect(traced.map(([moment]) => moment)).toEqual(['start', 'end']);
  expect(traced[0]).toMatchObject(['start', trace, 'request 7']);
  expect(JSON.stringify(traced)).not.toContain('secret');
});

test('subscribers receive the events of every cache, with its prefix', async () => {
  const received: (CacheEvent & { prefix: string })[] = [];
  const record = (event: unknown): void => void received.push(event as CacheEvent & { prefix: string });
  subscribe(cacheEventChannel, record);
  try {
    const { cache, events } = await open();
    const load = async (): Promise<never> => {
      throw new Error('the source is unavailable');
    };
    await expect(cache.policy('days').get({ namespace: 'shop', key: 'b', load })).rejects.toThrow();
    const failed = { type: 'load-failed', policy: 'days', reason: 'the source is unavailable' };
    expect(events).toContainEqual(failed);
    expect(received).toContainEqual({ prefix, ...failed });
  } finally {
    unsubscribe(cacheEventChannel, record);
  }
});
