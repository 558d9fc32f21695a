import {
  type Message,
  MessageList,
  MessageListQuery,
  MessageRetry,
  MessageRetryResult,
  MessageStats,
} from '@bookedbarber/contract';
import type { App } from '../../http/app-type.ts';
import { once } from '../../http/idempotency.ts';
import { problem } from '../../http/problem.ts';
import { responses } from '../../http/route-schemas.ts';
import type { Context } from '../../main/context.ts';
import { listMessages, ratesByKind, retryMessages } from '../../outbox/messages/operator-queries.ts';
import { formatInstant } from '../../time/wall-time.ts';
import type { OutboxCountReader } from './outbox-monitor.ts';
import { toPause } from './pause-routes.ts';

/** Operator routes for messages: counts, lists by state, and retries. */
export function messageRoutes(app: App, context: Context, outbox: OutboxCountReader): void {
  const { catalog, clock, db, operator } = context;
  const common = { tags: ['operations'] };
  const onRequest = operator.requireOperator;

  app.get(
    '/api/v1/messages/stats',
    {
      onRequest,
      schema: {
        operationId: 'getMessageStats',
        ...common,
        summary: 'Messages by state, their lag, and recent outcomes',
        response: responses({ 200: MessageStats }, 'unauthorized', 'unavailable'),
      },
    },
    async (_request, reply) => {
      reply.header('cache-control', 'no-store');
      const counts = await outbox.counts();
      if (counts === null) throw problem('unavailable', 'The database does not respond.');
      const { states, late, lagMs, paused, endedRecently, pauses, workers, tasks } = counts;
      return {
        states,
        late,
        lag_seconds: lagMs / 1000,
        paused,
        finished_last_5_minutes: endedRecently,
        kinds: await ratesByKind(db, clock.nowMs()),
        workers: workers.map(({ deliversFrom, inProgress }) => ({
          delivers_from: deliversFrom,
          in_progress: inProgress,
        })),
        pauses: pauses.map(toPause),
        tasks: tasks.map(({ name, dueAt, running, endedAt, outcome, failed }) => ({
          name,
          due_at: dueAt.toISOString(),
          running,
          ended_at: endedAt?.toISOString() ?? null,
          outcome,
          failed,
        })),
      };
    },
  );

  app.get(
    '/api/v1/messages',
    {
      onRequest,
      schema: {
        operationId: 'listMessages',
        ...common,
        summary: 'Messages of one state, such as dead letters, with their last error',
        querystring: MessageListQuery,
        response: responses({ 200: MessageList }, 'unauthorized', 'shop_not_found'),
      },
    },
    async (request, reply) => {
      reply.header('cache-control', 'no-store');
      const { state, shop: slug, kind, limit = 50, offset = 0 } = request.query;
      const shopId = slug === undefined ? undefined : (await catalog.shop(db, slug)).id;
      const found = await listMessages(db, { state, shopId, kind, limit, offset });
      return { messages: found.map(toMessage) };
    },
  );

  app.post(
    '/api/v1/messages/retry',
    {
      onRequest,
      schema: {
        operationId: 'retryMessages',
        ...common,
        summary: 'Retry messages that are dead, failed or unknown',
        description: 'Messages that are obsolete because the booking has changed are not retried.',
        body: MessageRetry,
        response: responses({ 200: MessageRetryResult }, 'unauthorized'),
      },
    },
    (request, reply) =>
      once(context, request, reply, async (tx) => {
        const { ids } = request.body;
        const retried = await retryMessages(tx, ids, clock.nowMs());
        return { status: 200, body: { retried, not_retried: ids.filter((id) => !retried.includes(id)) } };
      }),
  );
}

function toMessage(row: Awaited<ReturnType<typeof listMessages>>[number]): Message {
  return {
    id: row.id,
    shop: row.shop,
    booking_id: row.bookingId,
    booking_version: row.bookingVersion,
    barber_id: row.barberId,
    kind: row.kind,
    occasion: row.occasion,
    state: row.state,
    due_at: formatInstant(row.zone, row.dueAt.getTime()),
    attempts: row.attempts,
    unknown_outcomes: row.unknownOutcomes,
    last_error: row.lastError,
    finished_at: row.finishedAt && formatInstant(row.zone, row.finishedAt.getTime()),
    can_retry: row.canRetry,
  };
}
