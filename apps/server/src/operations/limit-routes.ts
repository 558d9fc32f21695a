import {
  LimitActivity,
  LimitActivityQuery,
  LimitOverride,
  LimitReset,
  LimitState,
  LimitStateQuery,
} from '@bookedbarber/contract';
import { RedisUnavailableError } from '@bookedbarber/redis-tier/core';
import type { App } from '../http/app-type.ts';
import { once } from '../http/idempotency.ts';
import { problem } from '../http/problem.ts';
import { responses } from '../http/route-schemas.ts';
import type { Context } from '../main/context.ts';
import type { LimitName } from '../throttling/limit-names.ts';

/** Operator routes for rate limits: top keys, the state of one key, reset and override. */
export function limitRoutes(app: App, context: Context): void {
  const { limiter, operator } = context;
  const common = { tags: ['operations'] };
  const onRequest = operator.requireOperator;

  /** Throws not_found when limits are disabled, and unavailable while Redis is unavailable. */
  async function withLimiter<T>(work: (limits: NonNullable<typeof limiter>) => Promise<T>): Promise<T> {
    if (limiter === null)
      throw problem('not_found', 'Rate limits are disabled: RATE_LIMIT_ENABLED is false.');
    try {
      return await work(limiter);
    } catch (error) {
      if (error instanceof RedisUnavailableError)
        throw problem('unavailable', 'Redis is unavailable: see /api/v1/cache/alerts.');
      throw error;
    }
  }

  /** The state of one key in every limit; without Redis, the local state of this process. */
  async function stateOf(key: string): Promise<LimitState> {
    const states = await withLimiter((limits) =>
      Promise.all(
        namesOf(limits.statistics().limits).map(async (limit) => {
          const { allowed, perWindow } = await limits.peek({ limit, key });
          return { limit, allowed, windows: perWindow.map(toWindow) };
        }),
      ),
    );
    return { limit_key: key, limits: states };
  }

  app.get(
    '/api/v1/limits/activity',
    {
      onRequest,
      schema: {
        operationId: 'listLimitKeys',
        ...common,
        summary: 'Keys that are limited now, and the keys with the most requests, of all processes',
        querystring: LimitActivityQuery,
        response: responses({ 200: LimitActivity }, 'unauthorized', 'not_found', 'unavailable'),
      },
    },
    async (request, reply) => {
      reply.header('cache-control', 'no-store');
      const { limited, top } = await withLimiter((limits) => limits.topKeys(request.query.limit));
      return {
        limited: limited.map(({ limit, key, retryAfterMs }) => ({
          limit: limit as LimitName,
          limit_key: key,
          retry_after_seconds: Math.ceil(retryAfterMs / 1000),
        })),
        top: top.map(({ limit, key, units, denied }) => ({
          limit: limit as LimitName,
          limit_key: key,
          units,
          denied,
        })),
      };
    },
  );

  app.get(
    '/api/v1/limits/state',
    {
      onRequest,
      schema: {
        operationId: 'getLimitStatus',
        ...common,
        summary: 'The state of one limit key; the query consumes nothing',
        querystring: LimitStateQuery,
        response: responses({ 200: LimitState }, 'unauthorized', 'not_found', 'unavailable'),
      },
    },
    (request, reply) => {
      reply.header('cache-control', 'no-store');
      return stateOf(request.query.limit_key);
    },
  );

  app.post(
    '/api/v1/limits/reset',
    {
      onRequest,
      schema: {
        operationId: 'resetLimits',
        ...common,
        summary: 'Reset the usage of a limit key, in one limit or in all',
        description:
          'Takes effect before the response. Other processes may deny requests for up to five more seconds.',
        body: LimitReset,
        response: responses({ 200: LimitState }, 'unauthorized', 'not_found', 'unavailable'),
      },
    },
    (request, reply) =>
      once(context, request, reply, async () => {
        const { limit, limit_key: key } = request.body;
        await withLimiter((limits) => limits.reset(limit === undefined ? { key } : { limit, key }));
        return { status: 200, body: await stateOf(key) };
      }),
  );

  app.post(
    '/api/v1/limits/override',
    {
      onRequest,
      schema: {
        operationId: 'overrideLimits',
        ...common,
        summary: 'Set limits for one limit key, or remove them',
        description: 'Overrides stay until they are removed. Usage so far still counts.',
        body: LimitOverride,
        response: responses({ 200: LimitState }, 'unauthorized', 'not_found', 'unavailable'),
      },
    },
    (request, reply) =>
      once(context, request, reply, async () => {
        const { limit, limit_key: key, limits: windows } = request.body;
        await withLimiter((limits) => limits.override({ limit, key, limits: windows }));
        return { status: 200, body: await stateOf(key) };
      }),
  );
}

type WindowState = Awaited<ReturnType<NonNullable<Context['limiter']>['peek']>>['perWindow'][number];

function toWindow({ name, seconds, limit, remaining, waitMs }: WindowState) {
  return { window: name, seconds, limit, remaining, wait_seconds: Math.ceil(waitMs / 1000) };
}

function namesOf(limits: Readonly<Record<string, unknown>>): LimitName[] {
  return Object.keys(limits) as LimitName[];
}
