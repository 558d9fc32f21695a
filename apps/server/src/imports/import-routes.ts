import { HistoryInput, HistoryResult } from '@bookedbarber/contract';
import type { App } from '../http/app-type.ts';
import { once } from '../http/idempotency.ts';
import { answers, shopParams } from '../http/route-schemas.ts';
import type { Context } from '../main/context.ts';
import { shopScope, tags } from '../read-models/namespaces-and-tags.ts';

export function historyRoutes(app: App, context: Context): void {
  const { catalog, history, forget, clock, operator } = context;
  app.post(
    '/api/v1/shops/:shop/history',
    {
      onRequest: operator.requireOperator,
      schema: {
        operationId: 'importBookings',
        tags: ['shops'],
        summary: 'Take over past visits from another system; rows that are already there are skipped',
        params: shopParams,
        body: HistoryInput,
        response: answers({ 200: HistoryResult }, 'unauthorized', 'shop_not_found'),
      },
    },
    (request, reply) =>
      once(context, request, reply, async (tx) => {
        const shop = await catalog.shop(tx, request.params.shop);
        const { rows } = request.body;
        const result = await history.import(tx, shop, rows, clock.nowMs());
        const months = new Set(rows.map((row) => tags.month(row.date)));
        await forget.figures(tx, shop.id);
        await forget.tags(tx, shopScope(shop.slug), [tags.book, ...months]);
        return { status: 200, body: result };
      }),
  );
}
