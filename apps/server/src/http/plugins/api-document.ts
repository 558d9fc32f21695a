import { problems } from '@bookedbarber/contract';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { App } from '../app-type.ts';

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

/** OpenAPI 3.1 made from the schemas of the routes, at /docs/json, with a page at /docs. */
export async function apiDocument(app: App, publicUrl: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'BookedBarber', version: '1', description },
      servers: [{ url: publicUrl }],
      components: {
        securitySchemes: {
          operator: { type: 'http', scheme: 'bearer', description: 'The operator token of the installation' },
          booking: {
            type: 'apiKey',
            in: 'header',
            name: 'booking-token',
            description: 'The fragment of manage_url',
          },
        },
      },
    },
  });
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: true });
}
