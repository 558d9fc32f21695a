import { HistoryInput, HistoryResult } from '@bookedbarber/contract';
import type { App } from '../app.ts';
import type { Context } from '../context.ts';
import { once } from '../idempotency.ts';
import { answers, forOperators, shopParams } from '../plugins/route-schemas.ts';

export function historyRoutes(app: App, context: Context): void {
  const { catalog, history, clock, operator } = context;
  app.post(
    '/api/v1/shops/:shop/history',
    {
      onRequest: operator.requireOperator,
      schema: {
        tags: ['shops'],
        summary: 'Take over past visits from another system; rows that are already there are skipped',
        ...forOperators,
        params: shopParams,
        body: HistoryInput,
        response: answers({ 200: HistoryResult }, 'unauthorized', 'shop_not_found'),
      },
    },
    (request, reply) =>
      once(context, request, reply, async (tx) => {
        const shop = await catalog.shop(tx, request.params.shop);
        return { status: 200, body: await history.import(tx, shop, request.body.rows, clock.nowMs()) };
      }),
  );
}
