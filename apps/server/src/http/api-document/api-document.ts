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

const description = `Booking for barbershops. Requests and responses are JSON. Times are RFC 3339 with the offset of the
shop's time zone.

Every POST requires an \`Idempotency-Key\` header: 8 to 128 printable characters, unique for each operation. The server
executes a request once per key, and returns the stored response when the same request is sent again.

Errors are \`application/problem+json\` (RFC 9457) with a stable \`code\`:

| code | status | meaning |
|---|---|---|
${codes}`;

const tags = [
  { name: 'shops', description: 'Shops, their services and their policy' },
  { name: 'staff', description: 'Barbers, their weekly schedules, time off and date overrides' },
  { name: 'booking', description: 'Free times, holds and bookings' },
  { name: 'clients', description: 'Clients of an organisation and their preferences' },
  { name: 'analytics', description: 'Bookings, revenue and utilization of a shop' },
  { name: 'operations', description: 'Health, cache, limits, messages and alerts, for operators' },
];

/**
 * Serves OpenAPI 3.1 generated from the route schemas at /docs/json, and Swagger UI at /docs. Schemas that the contract
 * exports become components with the same names. Register it before the routes.
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
      // documentOperations sets the security of every operation. This default is a safeguard.
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
    transformObject: (document) =>
      'openapiObject' in document ? shorten(document.openapiObject) : document.swaggerObject,
  });
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: true });
}

function shorten(document: object): object {
  return shareResponses(referToSchemas(document as JsonObject));
}
