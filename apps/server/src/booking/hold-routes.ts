import { Hold, HoldInput } from '@bookedbarber/contract';
import type { Executor } from '../database/connect.ts';
import { transaction } from '../database/transaction.ts';
import type { App } from '../http/app-type.ts';
import { once } from '../http/idempotency.ts';
import { noContent, responses, shopParams, shopRecordParams } from '../http/route-schemas.ts';
import type { Context } from '../main/context.ts';
import { withNextFree } from './overlap-conflict.ts';
import { toHold } from './representation.ts';

export function holdRoutes(app: App, context: Context): void {
  const { catalog, bookings, db, clock, operator } = context;

  app.post(
    '/api/v1/shops/:shop/holds',
    {
      schema: {
        operationId: 'createHold',
        tags: ['booking'],
        summary: 'Hold a free time for five minutes',
        params: shopParams,
        body: HoldInput,
        response: responses({ 201: Hold }, 'shop_not_found', 'slot_taken', 'service_unknown'),
      },
    },
    async (request, reply) => {
      const shop = await catalog.shop(db, request.params.shop);
      const resolve = (executor: Executor) => bookings.resolve(executor, shop, request.body.segments);
      const startMs = Date.parse(request.body.start);
      const actor = operator.isOperator(request) ? 'staff' : 'guest';
      const requested = async () => ({ shop, segments: await resolve(db), startMs });
      return withNextFree(context, requested, () =>
        once(context, request, reply, async (tx) => {
          const segments = await resolve(tx);
          const hold = await bookings.hold(tx, shop, segments, { startMs, nowMs: clock.nowMs(), actor });
          return { status: 201, body: toHold(shop, hold) };
        }),
      );
    },
  );

  app.delete(
    '/api/v1/shops/:shop/holds/:id',
    {
      schema: {
        operationId: 'releaseHold',
        tags: ['booking'],
        summary: 'Release a hold',
        params: shopRecordParams,
        response: responses({ 204: noContent }, 'shop_not_found'),
      },
    },
    async (request, reply) => {
      const shop = await catalog.shop(db, request.params.shop);
      await transaction(db, (tx) => bookings.release(tx, shop, request.params.id));
      return reply.code(204).send(null);
    },
  );
}
