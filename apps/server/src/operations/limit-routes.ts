import {
  LimitOverride,
  LimitReset,
  LimitStanding,
  LimitStandingQuery,
  LimitSubjects,
  LimitSubjectsQuery,
} from '@bookedbarber/contract';
import { RedisUnavailable } from '@bookedbarber/redis-tier/core';
import type { App } from '../http/app-type.ts';
import { once } from '../http/idempotency.ts';
import { problem } from '../http/problem.ts';
import { answers } from '../http/route-schemas.ts';
import type { Context } from '../main/context.ts';
import type { LimitedResource } from '../throttling/limit-names.ts';

/** The limits for operators: who is limited, who asks most, how one caller stands, and its new start. */
export function limitRoutes(app: App, context: Context): void {
  const { limiter, operator } = context;
  const common = { tags: ['operations'] };
  const onRequest = operator.requireOperator;

  /** Throws not_found where there are no limits, and unavailable while Redis is away. */
  async function withLimiter<T>(work: (limits: NonNullable<typeof limiter>) => Promise<T>): Promise<T> {
    if (limiter === null) throw problem('not_found', 'There are no limits: RATE_LIMIT_ENABLED is false.');
    try {
      return await work(limiter);
    } catch (error) {
      if (error instanceof RedisUnavailable)
        throw problem('unavailable', 'Redis is not used at the moment: see /api/v1/cache/alerts.');
      throw error;
    }
  }

  /** How a subject stands in all resources. Without Redis: in this process. */
  async function standing(subject: string): Promise<LimitStanding> {
    const resources = await withLimiter((limits) =>
      Promise.all(
        namesOf(limits.statistics().resources).map(async (resource) => {
          const { allowed, perWindow } = await limits.peek({ resource, subject });
          return { resource, allowed, windows: perWindow.map(toWindow) };
        }),
      ),
    );
    return { subject, resources };
  }

  app.get(
    '/api/v1/limits/subjects',
    {
      onRequest,
      schema: {
        operationId: 'listLimitKeys',
        ...common,
        summary: 'Who is limited at this moment, and who asks most, in the whole fleet',
        querystring: LimitSubjectsQuery,
        response: answers({ 200: LimitSubjects }, 'unauthorized', 'not_found', 'unavailable'),
      },
    },
    async (request, reply) => {
      reply.header('cache-control', 'no-store');
      const { limited, top } = await withLimiter((limits) => limits.watched(request.query.limit));
      return {
        limited: limited.map(({ resource, subject, forMs }) => ({
          resource: resource as LimitedResource,
          subject,
          retry_after_seconds: Math.ceil(forMs / 1000),
        })),
        top: top.map(({ resource, ...usage }) => ({ resource: resource as LimitedResource, ...usage })),
      };
    },
  );

  app.get(
    '/api/v1/limits/subject',
    {
      onRequest,
      schema: {
        operationId: 'getLimitStatus',
        ...common,
        summary: 'How one caller stands; asking counts for nothing',
        querystring: LimitStandingQuery,
        response: answers({ 200: LimitStanding }, 'unauthorized', 'not_found', 'unavailable'),
      },
    },
    (request, reply) => {
      reply.header('cache-control', 'no-store');
      return standing(request.query.subject);
    },
  );

  app.post(
    '/api/v1/limits/reset',
    {
      onRequest,
      schema: {
        operationId: 'resetLimits',
        ...common,
        summary: 'Forget what a caller has used, of one resource or of all',
        description:
          'It takes effect with the answer; another process may refuse the caller for five seconds more.',
        body: LimitReset,
        response: answers({ 200: LimitStanding }, 'unauthorized', 'not_found', 'unavailable'),
      },
    },
    (request, reply) =>
      once(context, request, reply, async () => {
        await withLimiter((limits) => limits.reset(request.body));
        return { status: 200, body: await standing(request.body.subject) };
      }),
  );

  app.post(
    '/api/v1/limits/override',
    {
      onRequest,
      schema: {
        operationId: 'overrideLimits',
        ...common,
        summary: 'Give a caller limits of its own, or take them back',
        description: 'They stay until they are taken back. What was used counts on.',
        body: LimitOverride,
        response: answers({ 200: LimitStanding }, 'unauthorized', 'not_found', 'unavailable'),
      },
    },
    (request, reply) =>
      once(context, request, reply, async () => {
        await withLimiter((limits) => limits.override(request.body));
        return { status: 200, body: await standing(request.body.subject) };
      }),
  );
}

type WindowState = Awaited<ReturnType<NonNullable<Context['limiter']>['peek']>>['perWindow'][number];

function toWindow({ name, seconds, limit, remaining, waitMs }: WindowState) {
  return { window: name, seconds, limit, remaining, wait_seconds: Math.ceil(waitMs / 1000) };
}

function namesOf(resources: Readonly<Record<string, unknown>>): LimitedResource[] {
  return Object.keys(resources) as LimitedResource[];
}
