import { Service, ServiceChange, ServiceInput } from '@bookedbarber/contract';
import { transaction } from '../database/transaction.ts';
import type { App } from '../http/app-type.ts';
import { once } from '../http/idempotency.ts';
import { responses, shopParams, shopRecordParams } from '../http/route-schemas.ts';
import type { Context } from '../main/context.ts';
import { shopNamespace, tags } from '../read-models/namespaces-and-tags.ts';
import { toService } from './representation.ts';

export function serviceRoutes(app: App, context: Context): void {
  const { catalog, invalidate, db, operator } = context;

  app.post(
    '/api/v1/shops/:shop/services',
    {
      onRequest: operator.requireOperator,
      schema: {
        operationId: 'createService',
        tags: ['shops'],
        summary: 'Add a service',
        params: shopParams,
        body: ServiceInput,
        response: responses({ 201: Service }, 'unauthorized', 'shop_not_found', 'record_conflict'),
      },
    },
    (request, reply) =>
      once(context, request, reply, async (tx) => {
        const shop = await catalog.shop(tx, request.params.shop);
        const service = await catalog.createService(tx, shop.id, request.body);
        await invalidate.tags(tx, shopNamespace(shop.slug), [tags.menu]);
        return { status: 201, body: toService(service) };
      }),
  );

  app.patch(
    '/api/v1/shops/:shop/services/:id',
    {
      onRequest: operator.requireOperator,
      schema: {
        operationId: 'updateService',
        tags: ['shops'],
        summary: 'Update a service, or deactivate it (active: false)',
        params: shopRecordParams,
        body: ServiceChange,
        response: responses({ 200: Service }, 'unauthorized', 'resource_not_found', 'record_conflict'),
      },
    },
    (request) =>
      transaction(db, async (tx) => {
        const shop = await catalog.shop(tx, request.params.shop);
        const service = await catalog.changeService(tx, shop.id, request.params.id, request.body);
        await invalidate.tags(tx, shopNamespace(shop.slug), [tags.menu]);
        return toService(service);
      }),
  );
}
