import { Shop, ShopChange, ShopInput, ShopList } from '@bookedbarber/contract';
import { sendCached } from '@bookedbarber/redis-tier/fastify';
import { type Tx, transaction } from '../database/transaction.ts';
import type { App } from '../http/app-type.ts';
import { once } from '../http/idempotency.ts';
import { responses, shopParams } from '../http/route-schemas.ts';
import type { Context } from '../main/context.ts';
import { installationNamespace, shopNamespace, tags } from '../read-models/namespaces-and-tags.ts';
import type { ShopRecord } from './catalog.ts';
import { makeShopPage } from './shop-page.ts';

export function shopRoutes(app: App, context: Context): void {
  const { catalog, staff, shopReader, invalidate, db, clock, operator } = context;

  async function page(tx: Tx, shop: ShopRecord): Promise<Shop> {
    const [services, barbers] = [await catalog.services(tx, shop.id), await staff.barbers(tx, shop.id)];
    return makeShopPage(shop, { services, barbers }, clock.nowMs());
  }

  app.get(
    '/api/v1/shops',
    {
      schema: {
        operationId: 'listShops',
        tags: ['shops'],
        summary: 'List the shops of this installation',
        response: responses({ 200: ShopList }),
      },
    },
    async (_request, reply) => sendCached(reply, await shopReader.list()),
  );

  app.get(
    '/api/v1/shops/:shop',
    {
      schema: {
        operationId: 'getShop',
        tags: ['shops'],
        summary: 'Get a shop with its policy, services and barbers',
        params: shopParams,
        response: responses({ 200: Shop }, 'shop_not_found'),
      },
    },
    async (request, reply) => sendCached(reply, await shopReader.page(request.params.shop)),
  );

  app.post(
    '/api/v1/shops',
    {
      onRequest: operator.requireOperator,
      schema: {
        operationId: 'createShop',
        tags: ['shops'],
        summary: 'Create a shop, and its organisation if it does not exist',
        body: ShopInput,
        response: responses({ 201: Shop }, 'unauthorized', 'slug_taken', 'phone_invalid'),
      },
    },
    (request, reply) =>
      once(context, request, reply, async (tx) => {
        const shop = await catalog.createShop(tx, request.body);
        await invalidate.tags(tx, installationNamespace, [tags.shops]);
        return { status: 201, body: await page(tx, shop) };
      }),
  );

  app.patch(
    '/api/v1/shops/:shop',
    {
      onRequest: operator.requireOperator,
      schema: {
        operationId: 'updateShop',
        tags: ['shops'],
        summary: 'Update a shop or its policy',
        params: shopParams,
        body: ShopChange,
        response: responses({ 200: Shop }, 'unauthorized', 'shop_not_found', 'phone_invalid'),
      },
    },
    (request) =>
      transaction(db, async (tx) => {
        const shop = await catalog.shop(tx, request.params.shop);
        const changed = await catalog.changeShop(tx, shop, request.body);
        await invalidate.tags(tx, shopNamespace(shop.slug), [tags.shop]);
        await invalidate.tags(tx, installationNamespace, [tags.shops]);
        return page(tx, changed);
      }),
  );
}
