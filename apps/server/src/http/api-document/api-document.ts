import { bookingTokenHeader, problems } from '@bookedbarber/contract';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { Context } from '../../main/context.ts';
import type { App } from '../app-type.ts';
import { documentOperations } from './document-operations.ts';
import { shareResponses } from './document-responses.ts';
import { contractSchemas, type JsonObject, referToSchemas } from './document-schemas.ts';

const codes = Object.entries(problems)
  .map(([code, { status, title }]) => `| \`${code}\` | ${status} | ${title} |`)
  .join('\n');

const description = `Booking for barbershops. JSON in and out; times are RFC 3339 with the offset of the shop's zone.

Every POST wants an \`Idempotency-Key\` header (8 to 128 printable characters, new for each intent): the same request
sent again with the same key is answered as before and done once.

Errors are \`application/problem+json\` (RFC 9457) with a stable \`code\`:

| code | status | meaning |
|---|---|---|
${codes}`;

const tags = [
  { name: 'shops', description: 'Shops, their services and their policy' },
  { name: 'staff', description: 'Barbers, their weekly schedules, time off and exceptions' },
  { name: 'booking', description: 'Free times, holds and bookings' },
  { name: 'clients', description: 'Clients of an organisation and their preferences' },
  { name: 'analytics', description: 'Bookings, revenue and utilization of a shop' },
  { name: 'operations', description: 'Health, cache, limits, messages and alerts, for operators' },
];

/**
 * OpenAPI 3.1 made from the schemas of the routes, at /docs/json, with a page at /docs. Schemas that the contract exports
 * are components with their names there. Register it before the routes.
 */
export async function apiDocument(
  app: App,
  { config, operator }: Pick<Context, 'config' | 'operator'>,
): Promise<void> {
  documentOperations(app, operator);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'BookedBarber',
        version: '1',
        description,
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: config.publicUrl }],
      tags,
      // documentOperations gives every operation its own; this one holds for what it would miss.
      security: [{ operator: [] }],
      components: {
        schemas: contractSchemas,
        securitySchemes: {
          operator: { type: 'http', scheme: 'bearer', description: 'The operator token of the installation' },
          booking: {
            type: 'apiKey',
            in: 'header',
            name: bookingTokenHeader,
            description: 'The fragment of manage_url',
          },
        },
      },
    },
    transformObject: (made) => ('openapiObject' in made ? shorten(made.openapiObject) : made.swaggerObject),
  });
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: true });
}

function shorten(document: object): object {
  return shareResponses(referToSchemas(document as JsonObject));
}
