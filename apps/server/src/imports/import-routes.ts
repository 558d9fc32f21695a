import { ImportInput, ImportResult } from '@bookedbarber/contract';
import type { App } from '../http/app-type.ts';
import { once } from '../http/idempotency.ts';
import { responses, shopParams } from '../http/route-schemas.ts';
import type { Context } from '../main/context.ts';
import { shopNamespace, tags } from '../read-models/namespaces-and-tags.ts';

export function importRoutes(app: App, context: Context): void {
  const { catalog, imports, invalidate, clock, operator } = context;
  app.post(
    '/api/v1/shops/:shop/imports',
    {
      onRequest: operator.requireOperator,
      schema: {
        operationId: 'importBookings',
        tags: ['shops'],
        summary: 'Import past bookings from another system; rows that were imported before are skipped',
        params: shopParams,
        body: ImportInput,
        response: responses({ 200: ImportResult }, 'unauthorized', 'shop_not_found'),
      },
    },
    (request, reply) =>
      once(context, request, reply, async (tx) => {
        const shop = await catalog.shop(tx, request.params.shop);
        const { rows } = request.body;
        const result = await imports.import(tx, shop, rows, clock.nowMs());
        const months = new Set(rows.map((row) => tags.month(row.date)));
        await invalidate.figures(tx, shop.id);
        await invalidate.tags(tx, shopNamespace(shop.slug), [tags.book, ...months]);
        return { status: 200, body: result };
      }),
  );
}
