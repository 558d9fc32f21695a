import { Shop, ShopChange, ShopInput, ShopList } from '@bookedbarber/contract';
import type { App } from '../app.ts';
import type { Context } from '../context.ts';
import type { Executor } from '../database/connect.ts';
import { transaction } from '../database/transaction.ts';
import { once } from '../idempotency.ts';
import { answers, forOperators, shopParams } from '../plugins/route-schemas.ts';
import { localDate } from '../time/wall-time.ts';
import type { ShopRecord } from './catalog.ts';
import { toPolicy, toService, toShopSummary } from './representation.ts';

export function shopRoutes(app: App, context: Context): void {
  const { catalog, staff, db, clock, operator } = context;

  async function page(executor: Executor, shop: ShopRecord): Promise<Shop> {
    const services = await catalog.services(executor, shop.id);
    const barbers = await staff.barbers(executor, shop.id);
    const offered = new Set(services.map((service) => service.id));
    return {
      slug: shop.slug,
      name: shop.name,
      zone: shop.zone,
      currency: shop.currency,
      country: shop.country,
      address: shop.address,
      phone: shop.phone,
      email: shop.email,
      today: localDate(shop.zone, clock.nowMs()),
      policy: toPolicy(shop),
      services: services.map(toService),
      barbers: barbers.map(({ id, name, serviceIds }) => ({
        id,
        name,
        service_ids: serviceIds.filter((serviceId) => offered.has(serviceId)),
      })),
    };
  }

  app.get(
    '/api/v1/shops',
    {
      schema: {
        tags: ['shops'],
        summary: 'The shops of this installation',
        response: answers({ 200: ShopList }),
      },
    },
    async () => ({ shops: (await catalog.shops(db)).map(toShopSummary) }),
  );

  app.get(
    '/api/v1/shops/:shop',
    {
      schema: {
        tags: ['shops'],
        summary: 'A shop with all that its page shows',
        params: shopParams,
        response: answers({ 200: Shop }, 'shop_not_found'),
      },
    },
    async (request) => page(db, await catalog.shop(db, request.params.shop)),
  );

  app.post(
    '/api/v1/shops',
    {
      onRequest: operator.requireOperator,
      schema: {
        tags: ['shops'],
        summary: 'Make a shop, and its organisation when there is none of that name',
        ...forOperators,
        body: ShopInput,
        response: answers({ 201: Shop }, 'unauthorized', 'slug_taken', 'phone_invalid'),
      },
    },
    (request, reply) =>
      once(context, request, reply, async (tx) => ({
        status: 201,
        body: await page(tx, await catalog.createShop(tx, request.body)),
      })),
  );

  app.patch(
    '/api/v1/shops/:shop',
    {
      onRequest: operator.requireOperator,
      schema: {
        tags: ['shops'],
        summary: 'Change a shop or its policy',
        ...forOperators,
        params: shopParams,
        body: ShopChange,
        response: answers({ 200: Shop }, 'unauthorized', 'shop_not_found', 'phone_invalid'),
      },
    },
    (request) =>
      transaction(db, async (tx) => {
        const shop = await catalog.shop(tx, request.params.shop);
        return page(tx, await catalog.changeShop(tx, shop, request.body));
      }),
  );
}
