import { Barber, BarberChange, BarberInput, BarberList } from '@bookedbarber/contract';
import type { Executor } from '../database/connect.ts';
import { fromMultirange } from '../database/day-periods.ts';
import { transaction } from '../database/transaction.ts';
import type { App } from '../http/app-type.ts';
import { once } from '../http/idempotency.ts';
import { problem } from '../http/problem.ts';
import { responses, shopParams, shopRecordParams } from '../http/route-schemas.ts';
import type { Context } from '../main/context.ts';
import { shopNamespace, tags } from '../read-models/namespaces-and-tags.ts';
import { changeBarber, createBarber } from './staff-changes.ts';

export function barberRoutes(app: App, context: Context): void {
  const { catalog, staff, invalidate, db, operator } = context;

  async function list(executor: Executor, shopId: string): Promise<Barber[]> {
    const barbers = await staff.barbers(executor, shopId, 'all');
    const week = await executor
      .selectFrom('weeklySchedule')
      .innerJoin('barber', 'barber.id', 'weeklySchedule.barberId')
      .select(['weeklySchedule.barberId', 'weekday', 'periods'])
      .where('barber.shopId', '=', shopId)
      .orderBy('weekday')
      .execute();
    return barbers.map(({ id, code, name, email, active, serviceIds }) => ({
      id,
      code,
      name,
      email,
      active,
      service_ids: serviceIds,
      schedule: week
        .filter((day) => day.barberId === id)
        .map((day) => ({ weekday: day.weekday, periods: fromMultirange(day.periods) })),
    }));
  }

  async function find(executor: Executor, shopId: string, id: string): Promise<Barber> {
    const barber = (await list(executor, shopId)).find((candidate) => candidate.id === id);
    if (barber === undefined) throw problem('resource_not_found', 'The shop does not have this barber.');
    return barber;
  }

  app.get(
    '/api/v1/shops/:shop/barbers',
    {
      onRequest: operator.requireOperator,
      schema: {
        operationId: 'listBarbers',
        tags: ['staff'],
        summary: 'List all barbers with their weekly schedules',
        params: shopParams,
        response: responses({ 200: BarberList }, 'unauthorized', 'shop_not_found'),
      },
    },
    async (request) => {
      const shop = await catalog.shop(db, request.params.shop);
      return { barbers: await list(db, shop.id) };
    },
  );

  app.post(
    '/api/v1/shops/:shop/barbers',
    {
      onRequest: operator.requireOperator,
      schema: {
        operationId: 'createBarber',
        tags: ['staff'],
        summary: 'Add a barber with services and a weekly schedule',
        params: shopParams,
        body: BarberInput,
        response: responses(
          { 201: Barber },
          'unauthorized',
          'shop_not_found',
          'record_conflict',
          'service_unknown',
        ),
      },
    },
    (request, reply) =>
      once(context, request, reply, async (tx) => {
        const shop = await catalog.shop(tx, request.params.shop);
        const id = await createBarber(tx, shop.id, request.body);
        await invalidate.tags(tx, shopNamespace(shop.slug), [tags.menu, tags.hours]);
        return { status: 201, body: await find(tx, shop.id, id) };
      }),
  );

  app.patch(
    '/api/v1/shops/:shop/barbers/:id',
    {
      onRequest: operator.requireOperator,
      schema: {
        operationId: 'updateBarber',
        tags: ['staff'],
        summary: 'Update a barber; absent fields stay unchanged',
        params: shopRecordParams,
        body: BarberChange,
        response: responses({ 200: Barber }, 'unauthorized', 'resource_not_found', 'service_unknown'),
      },
    },
    (request) =>
      transaction(db, async (tx) => {
        const shop = await catalog.shop(tx, request.params.shop);
        await changeBarber(tx, shop.id, request.params.id, request.body);
        await invalidate.tags(tx, shopNamespace(shop.slug), [tags.menu, tags.hours]);
        return find(tx, shop.id, request.params.id);
      }),
  );
}
