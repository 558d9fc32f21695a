import { AlertList } from '@bookedbarber/contract';
import type { Config } from '../../config/config.ts';
import type { App } from '../../http/app-type.ts';
import { responses } from '../../http/route-schemas.ts';
import type { Context } from '../../main/context.ts';
import type { OutboxCountReader } from '../messages/outbox-monitor.ts';
import type { Facts } from './alert-facts.ts';
import { findAlerts } from './alerts.ts';

export function alertRoutes(app: App, context: Context, outbox: OutboxCountReader): void {
  const { operator } = context;
  app.get(
    '/api/v1/cache/alerts',
    {
      onRequest: operator.requireOperator,
      schema: {
        operationId: 'listAlerts',
        tags: ['operations'],
        summary: 'Active alerts, each with its remediation',
        response: responses({ 200: AlertList }, 'unauthorized'),
      },
    },
    async (_request, reply) => {
      reply.header('cache-control', 'no-store');
      return { alerts: findAlerts(await currentFacts(context, outbox)) };
    },
  );
}

/** Reads the current state for the alert rules. */
export async function currentFacts(context: Context, outbox: OutboxCountReader): Promise<Facts> {
  const { cache, clock, config, limiter, redisHealth } = context;
  return {
    redis: redisHealth.sample(),
    connectionBudget: config.redis.maxConnections,
    pendingInvalidations: cache.statistics().remote.pendingInvalidations,
    limits: limiter?.state ?? null,
    queue: queueOf(config),
    outbox: await outbox.counts(),
    nowMs: clock.nowMs(),
  };
}

function queueOf({ redis: { main, jobs } }: Config): Facts['queue'] {
  if (jobs === null) return 'none';
  return main?.host === jobs.host && main.port === jobs.port ? 'shared' : 'own';
}
