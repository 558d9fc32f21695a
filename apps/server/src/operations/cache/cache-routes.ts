import {
  CacheInvalidation,
  CacheInvalidationResult,
  CacheKeys,
  CacheKeysQuery,
  CacheStats,
  CacheWarmUp,
  CacheWarmUpResult,
} from '@bookedbarber/contract';
import { RedisUnavailableError } from '@bookedbarber/redis-tier/core';
import type { App } from '../../http/app-type.ts';
import { keyOf, once } from '../../http/idempotency.ts';
import { problem } from '../../http/problem.ts';
import { responses } from '../../http/route-schemas.ts';
import type { Context } from '../../main/context.ts';
import { shopNamespace } from '../../read-models/namespaces-and-tags.ts';
import { localDate } from '../../time/wall-time.ts';
import { cacheStats } from './cache-counts.ts';

const redisUnavailable = 'Redis is unavailable: see /api/v1/cache/alerts.';

/** Operator routes for the cache: counts, keys, warm-up and invalidation. */
export function cacheRoutes(app: App, context: Context): void {
  const { cache, catalog, shopReader, dayReader, invalidate, db, clock, operator } = context;
  const common = { tags: ['operations'] };
  const onRequest = operator.requireOperator;

  app.get(
    '/api/v1/cache/stats',
    {
      onRequest,
      schema: {
        operationId: 'getCacheStats',
        ...common,
        summary: 'Cache counts of this process, and the hit rate of all processes',
        response: responses({ 200: CacheStats }, 'unauthorized'),
      },
    },
    (_request, reply) => {
      reply.header('cache-control', 'no-store');
      return cacheStats(context);
    },
  );

  app.get(
    '/api/v1/cache/keys',
    {
      onRequest,
      schema: {
        operationId: 'listCacheKeys',
        ...common,
        summary: 'Keys of cached entries in Redis, in pages, without values',
        querystring: CacheKeysQuery,
        response: responses({ 200: CacheKeys }, 'unauthorized', 'shop_not_found', 'unavailable'),
      },
    },
    async (request, reply) => {
      const { policy, shop, cursor = '0', limit = 100 } = request.query;
      if (shop !== undefined) await catalog.shop(db, shop);
      reply.header('cache-control', 'no-store');
      const filter = {
        ...(policy === undefined ? {} : { policy }),
        ...(shop === undefined ? {} : { namespace: shopNamespace(shop) }),
      };
      try {
        const page = await cache.keys({ ...filter, cursor, limit });
        return { keys: [...page.keys], cursor: page.cursor };
      } catch (error) {
        throw error instanceof RedisUnavailableError ? problem('unavailable', redisUnavailable) : error;
      }
    },
  );

  app.post(
    '/api/v1/cache/warm-up',
    {
      onRequest,
      schema: {
        operationId: 'warmUpCache',
        ...common,
        summary: 'Load the page, the menu and the next days of a shop into the cache',
        body: CacheWarmUp,
        response: responses({ 200: CacheWarmUpResult }, 'unauthorized', 'shop_not_found', 'unavailable'),
      },
    },
    async (request, reply) => {
      keyOf(request);
      if (!cache.available) throw problem('unavailable', redisUnavailable);
      const { shop: slug, days = 14 } = request.body;
      // Outside the transaction of the idempotency record, where these loads would take a second connection. They
      // only read, so a repeated request can repeat them.
      const { shop, loaded, alreadyCached } = await shopReader.warm(slug);
      const loadedDays = await dayReader.warm(shop, localDate(shop.zone, clock.nowMs()), days);
      const body = { loaded: loaded + loadedDays, already_cached: alreadyCached + days - loadedDays };
      return once(context, request, reply, async () => ({ status: 200, body }));
    },
  );

  app.post(
    '/api/v1/cache/invalidate',
    {
      onRequest,
      schema: {
        operationId: 'invalidateCache',
        ...common,
        summary: 'Invalidate the cached data of a shop in every process',
        description:
          'Takes effect before the response, or, while Redis is unavailable, before Redis is used again.',
        body: CacheInvalidation,
        response: responses({ 200: CacheInvalidationResult }, 'unauthorized', 'shop_not_found'),
      },
    },
    (request, reply) =>
      once(context, request, reply, async (tx) => {
        const { shop: slug, tags } = request.body;
        const shop = await catalog.shop(tx, slug);
        await invalidate.tags(tx, shopNamespace(shop.slug), tags ?? []);
        return { status: 200, body: { shop: shop.slug, invalidated: tags ?? ('everything' as const) } };
      }),
  );
}
