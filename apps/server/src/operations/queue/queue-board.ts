/**
 * A read-only bull-board for the queue of messages: the queue only wakes workers, and operators pause or retry
 * messages in the database. Every request requires a session. The board is a separate app behind one GET route, so
 * requests that change a queue never reach it.
 */
import { QueueBoardSession } from '@bookedbarber/contract';
import { connectTo, type RedisServer } from '@bookedbarber/redis-tier/connection';
import { Queue } from 'bullmq';
import Fastify from 'fastify';
import type { App } from '../../http/app-type.ts';
import { constantHeaders } from '../../http/plugins/security-headers.ts';
import { problem } from '../../http/problem.ts';
import { responses } from '../../http/route-schemas.ts';
import type { Context } from '../../main/context.ts';
import { queuePrefixOf } from '../../main/messaging.ts';
import { createQueueBoardSessions, queueBoardPath } from './board-session.ts';

/** Allows the inline styles of bull-board's page, but no external fonts. */
const pagePolicy =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; form-action 'none'; frame-ancestors 'none'";

/** Longest wait for one reply from Redis, in ms. */
const commandTimeoutMs = 5000;

export function queueBoard(app: App, { config, clock, operator }: Context): void {
  const { jobs: server } = config.redis;
  const sessions = createQueueBoardSessions({
    operatorToken: config.operatorToken,
    secure: config.publicUrl.startsWith('https:'),
  });

  app.post(
    '/api/v1/messages/board',
    {
      onRequest: operator.requireOperator,
      schema: {
        operationId: 'openQueueBoard',
        tags: ['operations'],
        summary: 'Open the read-only queue board in this browser for 30 minutes',
        response: responses({ 200: QueueBoardSession }, 'unauthorized', 'resource_not_found'),
      },
    },
    async (_request, reply) => {
      if (server === null)
        throw problem('resource_not_found', 'There is no queue: no Redis is configured for jobs.');
      reply.header('cache-control', 'no-store').header('set-cookie', sessions.create(clock.nowMs()));
      return { path: `${queueBoardPath}/` };
    },
  );
  if (server === null) return;

  let opening: ReturnType<typeof openBoard> | undefined;
  app.get(
    `${queueBoardPath}/*`,
    {
      schema: { hide: true },
      async onRequest(request) {
        if (!sessions.isValid(request.headers.cookie, clock.nowMs()))
          throw problem('unauthorized', 'Open the board from the page /operations/messages.');
      },
    },
    async (request, reply) => {
      opening ??= openBoard(server, queuePrefixOf(config)).catch((error: unknown) => {
        opening = undefined;
        throw error;
      });
      const { routing } = await opening;
      reply.hijack();
      routing(request.raw, reply.raw);
    },
  );
  app.addHook('onClose', async () => (await opening)?.close());
}

/** Loads the board on first use: it has much code and needs another connection. */
async function openBoard(server: RedisServer, prefix: string) {
  const [{ createBullBoard }, { BullMQAdapter }, { FastifyAdapter }] = await Promise.all([
    import('@bull-board/api'),
    import('@bull-board/api/bullMQAdapter'),
    import('@bull-board/fastify'),
  ]);
  const connection = connectTo({ server, name: 'bookedbarber board', commandTimeoutMs }, () => {});
  const queue = new Queue('outbox', { connection, prefix, skipVersionCheck: true });
  queue.on('error', () => {});
  const adapter = new FastifyAdapter().setBasePath(queueBoardPath);
  createBullBoard({
    queues: [new BullMQAdapter(queue, { readOnlyMode: true })],
    serverAdapter: adapter,
    options: { uiConfig: { boardTitle: 'BookedBarber', hideRedisDetails: true } },
  });
  const board = Fastify();
  board.addHook('onRequest', async (_request, reply) => {
    reply.headers({ ...constantHeaders, 'content-security-policy': pagePolicy, 'cache-control': 'no-store' });
  });
  await board.register(adapter.registerPlugin(), { prefix: queueBoardPath });
  await board.ready();
  return {
    routing: board.routing,
    async close(): Promise<void> {
      await board.close();
      connection.disconnect();
      await queue.close().catch(() => {});
    },
  };
}
