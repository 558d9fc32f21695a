import { Client, ClientChange, ClientList, ClientListQuery } from '@bookedbarber/contract';
import { transaction } from '../database/transaction.ts';
import type { App } from '../http/app-type.ts';
import { responses, shopParams, shopRecordParams } from '../http/route-schemas.ts';
import type { Context } from '../main/context.ts';
import { organisationNamespace, tags } from '../read-models/namespaces-and-tags.ts';
import type { ClientRecord } from './clients.ts';

/** Clients belong to the organisation, so every shop of a chain lists the same clients. */
export function clientRoutes(app: App, { catalog, clients, invalidate, db, operator }: Context): void {
  app.get(
    '/api/v1/shops/:shop/clients',
    {
      onRequest: operator.requireOperator,
      schema: {
        operationId: 'listClients',
        tags: ['clients'],
        summary: 'List the clients of the organisation, ordered by name',
        params: shopParams,
        querystring: ClientListQuery,
        response: responses({ 200: ClientList }, 'unauthorized', 'shop_not_found'),
      },
    },
    async (request) => {
      const { search, limit = 50, offset = 0 } = request.query;
      const shop = await catalog.shop(db, request.params.shop);
      const found = await clients.list(db, shop.organisationId, { search, limit, offset });
      return { total: found.total, clients: found.clients.map(toClient) };
    },
  );

  app.patch(
    '/api/v1/shops/:shop/clients/:id',
    {
      onRequest: operator.requireOperator,
      schema: {
        operationId: 'updateClient',
        tags: ['clients'],
        summary: 'Update a client',
        params: shopRecordParams,
        body: ClientChange,
        response: responses(
          { 200: Client },
          'unauthorized',
          'resource_not_found',
          'record_conflict',
          'phone_invalid',
        ),
      },
    },
    (request) =>
      transaction(db, async (tx) => {
        const shop = await catalog.shop(tx, request.params.shop);
        const client = await clients.change(tx, shop, request.params.id, request.body);
        await invalidate.tags(tx, organisationNamespace(shop.organisationId), [tags.client(client.id)]);
        return toClient(client);
      }),
  );
}

function toClient({ id, name, email, phone, zone, language, channel }: ClientRecord): Client {
  return { id, name, email, phone, preferences: { zone, language, channel } };
}
