import {
  DateOverride,
  DateOverrideInput,
  DateOverrideList,
  DateOverrideListQuery,
  TimeOff,
  TimeOffInput,
  TimeOffList,
} from '@bookedbarber/contract';
import type { Selectable } from 'kysely';
import { fromMultirange } from '../database/day-periods.ts';
import type { Database } from '../database/schema.ts';
import { transaction } from '../database/transaction.ts';
import type { App } from '../http/app-type.ts';
import { once } from '../http/idempotency.ts';
import { noContent, responses, shopParams, shopRecordParams } from '../http/route-schemas.ts';
import type { Context } from '../main/context.ts';
import { shopNamespace, tags } from '../read-models/namespaces-and-tags.ts';
import { addDays } from '../time/dates.ts';
import { formatInstant } from '../time/wall-time.ts';
import { addTimeOff, remove, setDateOverride } from './staff-changes.ts';

const listLimit = 1000;

export function timeOffRoutes(app: App, context: Context): void {
  const { catalog, invalidate, db, clock, operator } = context;

  app.get(
    '/api/v1/shops/:shop/barbers/:id/time-off',
    {
      onRequest: operator.requireOperator,
      schema: {
        operationId: 'listTimeOff',
        tags: ['staff'],
        summary: 'List time off that has not ended yet',
        params: shopRecordParams,
        response: responses({ 200: TimeOffList }, 'unauthorized', 'shop_not_found'),
      },
    },
    async (request) => {
      const shop = await catalog.shop(db, request.params.shop);
      const rows = await db
        .selectFrom('timeOff')
        .selectAll()
        .where('shopId', '=', shop.id)
        .where('barberId', '=', request.params.id)
        .where('endsAt', '>', new Date(clock.nowMs()))
        .orderBy('startsAt')
        .limit(listLimit)
        .execute();
      return { time_off: rows.map((row) => toTimeOff(shop.zone, row)) };
    },
  );

  app.post(
    '/api/v1/shops/:shop/barbers/:id/time-off',
    {
      onRequest: operator.requireOperator,
      schema: {
        operationId: 'createTimeOff',
        tags: ['staff'],
        summary: 'Add time off for a barber; existing bookings stay and must be rescheduled separately',
        params: shopRecordParams,
        body: TimeOffInput,
        response: responses({ 201: TimeOff }, 'unauthorized', 'resource_not_found'),
      },
    },
    (request, reply) =>
      once(context, request, reply, async (tx) => {
        const shop = await catalog.shop(tx, request.params.shop);
        const row = await addTimeOff(tx, shop.id, request.params.id, request.body);
        await invalidate.tags(tx, shopNamespace(shop.slug), [tags.hours]);
        return { status: 201, body: toTimeOff(shop.zone, row) };
      }),
  );

  app.get(
    '/api/v1/shops/:shop/overrides',
    {
      onRequest: operator.requireOperator,
      schema: {
        operationId: 'listDateOverrides',
        tags: ['staff'],
        summary: 'List dates whose hours differ from the weekly schedule',
        params: shopParams,
        querystring: DateOverrideListQuery,
        response: responses({ 200: DateOverrideList }, 'unauthorized', 'shop_not_found'),
      },
    },
    async (request) => {
      const { from, days = 31 } = request.query;
      const shop = await catalog.shop(db, request.params.shop);
      const rows = await db
        .selectFrom('dateOverride')
        .selectAll()
        .where('shopId', '=', shop.id)
        .where('date', '>=', from)
        .where('date', '<', addDays(from, days))
        .orderBy('date')
        .limit(listLimit)
        .execute();
      return { overrides: rows.map(toDateOverride) };
    },
  );

  app.post(
    '/api/v1/shops/:shop/overrides',
    {
      onRequest: operator.requireOperator,
      schema: {
        operationId: 'setDateOverride',
        tags: ['staff'],
        summary: 'Set the hours of one date for the shop or one barber; replaces an existing override',
        params: shopParams,
        body: DateOverrideInput,
        response: responses({ 201: DateOverride }, 'unauthorized', 'shop_not_found', 'resource_not_found'),
      },
    },
    (request, reply) =>
      once(context, request, reply, async (tx) => {
        const shop = await catalog.shop(tx, request.params.shop);
        const row = await setDateOverride(tx, shop.id, request.body);
        await invalidate.tags(tx, shopNamespace(shop.slug), [tags.hours]);
        return { status: 201, body: toDateOverride(row) };
      }),
  );

  for (const [path, table, operationId, summary] of [
    ['time-off', 'timeOff', 'deleteTimeOff', 'Delete time off'],
    [
      'overrides',
      'dateOverride',
      'deleteDateOverride',
      'Delete an override; the weekly schedule applies again',
    ],
  ] as const) {
    app.delete(
      `/api/v1/shops/:shop/${path}/:id`,
      {
        onRequest: operator.requireOperator,
        schema: {
          operationId,
          tags: ['staff'],
          summary,
          params: shopRecordParams,
          response: responses({ 204: noContent }, 'unauthorized', 'resource_not_found'),
        },
      },
      async (request, reply) => {
        await transaction(db, async (tx) => {
          const shop = await catalog.shop(tx, request.params.shop);
          await remove(tx, table, shop.id, request.params.id);
          await invalidate.tags(tx, shopNamespace(shop.slug), [tags.hours]);
        });
        return reply.code(204).send(null);
      },
    );
  }
}

function toTimeOff(zone: string, row: Selectable<Database['timeOff']>): TimeOff {
  return {
    id: row.id,
    barber_id: row.barberId,
    starts_at: formatInstant(zone, row.startsAt.getTime()),
    ends_at: formatInstant(zone, row.endsAt.getTime()),
    reason: row.reason,
  };
}

function toDateOverride(row: Selectable<Database['dateOverride']>): DateOverride {
  return {
    id: row.id,
    barber_id: row.barberId,
    date: row.date,
    periods: fromMultirange(row.periods),
    reason: row.reason,
  };
}
