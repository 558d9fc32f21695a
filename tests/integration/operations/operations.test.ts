import { type Problem, problems } from '@bookedbarber/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type InProcess, startInProcess } from '../../support/in-process.ts';
import { startServer } from '../../support/server.ts';
import { makeShop, sendTo } from '../../support/shop-fixture.ts';

let server: InProcess;
beforeAll(async () => {
  server = await startInProcess('2026-11-23T08:00:00-05:00');
});
afterAll(() => server.close());

test('a living process says ok, a ready one ready', async () => {
  expect((await server.asGuest('GET', '/healthz')).body).toEqual({ status: 'ok' });
  expect((await server.asGuest('GET', '/readyz')).body).toMatchObject({ status: 'ready' });
});

test.each([
  ['an answer', '/healthz', 200],
  ['a refusal', '/api/v1/shops/nowhere', 404],
  ['an address that cannot be read', '/api/v1/%zz', 400],
  ['an address that is none', '/api/v1/nothing', 404],
  ['the documentation', '/docs/json', 200],
])('%s carries the security headers', async (_name, path, status) => {
  const answer = await server.asGuest('GET', path);
  expect(answer.status).toBe(status);
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-security-policy': expect.stringContaining("default-src 'self'"),
    'referrer-policy': 'no-referrer',
    'strict-transport-security': expect.stringMatching(/^max-age=\d{8}/),
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  });
});

type OpenApi = {
  openapi: string;
  info: { title: string; version: string; description: string };
  components: { securitySchemes: Record<string, { type: string }> };
  paths: Record<string, Record<string, Operation>>;
};
type Operation = {
  summary?: string;
  tags?: string[];
  security?: Record<string, unknown>[];
  parameters?: { name: string; in: string; required?: boolean; schema: unknown }[];
  requestBody?: { content: Record<string, { schema: { type: string; additionalProperties?: boolean } }> };
  responses: Record<string, { description?: string; content?: Record<string, { schema: unknown }> }>;
};

describe('the API document', () => {
  let document: OpenApi;
  let operations: (Operation & { path: string; name: string })[];
  beforeAll(async () => {
    document = (await server.asGuest('GET', '/docs/json')).body;
    operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        ...operation,
        path,
        name: `${method} ${path}`,
      })),
    );
  });

  test('has the structure of OpenAPI 3.1', () => {
    expect(document.openapi).toMatch(/^3\.1\.\d$/);
    expect(document.info).toMatchObject({ title: expect.any(String), version: expect.any(String) });
    for (const { path, name, parameters = [], responses } of operations) {
      expect(path, name).toMatch(/^\//);
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      const declared = parameters.filter((it) => it.in === 'path');
      expect(declared.map((it) => it.name).sort(), name).toEqual(inPath.sort());
      expect(
        declared.every((it) => it.required),
        name,
      ).toBe(true);
      expect(
        Object.keys(responses).every((status) => /^[1-5]\d\d$/.test(status)),
        name,
      ).toBe(true);
      expect(
        Object.values(responses).every((response) => typeof response.description === 'string'),
        name,
      ).toBe(true);
    }
    expect(JSON.stringify(document)).not.toContain('"nullable"');
  });

  test('says of every route what it is for, and names only security schemes that there are', () => {
    const schemes = Object.keys(document.components.securitySchemes);
    for (const { name, summary, tags, security = [] } of operations) {
      expect(summary, name).toMatch(/\w/);
      expect(tags, name).toHaveLength(1);
      for (const scheme of security.flatMap(Object.keys)) expect(schemes, name).toContain(scheme);
    }
  });

  test('refuses unknown fields in every body', () => {
    const bodies = operations.filter((operation) => operation.requestBody !== undefined);
    expect(bodies.length).toBeGreaterThan(10);
    for (const { name, requestBody } of bodies) {
      expect(requestBody?.content['application/json']?.schema, name).toMatchObject({
        additionalProperties: false,
      });
    }
  });

  test('lists every error code with its status', () => {
    for (const [code, { status, title }] of Object.entries(problems)) {
      expect(document.info.description).toContain(`| \`${code}\` | ${status} | ${title} |`);
    }
  });

  test('knows no route without the token that its operators need', async () => {
    const guarded = operations.filter(
      (it) => it.security?.length === 1 && 'operator' in (it.security[0] ?? {}),
    );
    expect(guarded.length).toBeGreaterThan(10);
    for (const { name, path } of guarded) {
      const [method = ''] = name.split(' ');
      const id = '00000000-0000-4000-8000-000000000000';
      const url = path.replace('{shop}', 'nowhere').replace('{id}', id);
      const answer = await server.app.inject({ method: method.toUpperCase() as 'GET', url });
      expect([answer.statusCode, answer.json<Problem>().code], name).toEqual([401, 'unauthorized']);
      expect(answer.headers['www-authenticate'], name).toMatch(/^Bearer /);
    }
  });
});

test('no secret and no client stands in what a process writes', async () => {
  const real = await startServer({ env: { LOG_LEVEL: 'trace' } });
  const asOperator = sendTo(real.url, real.operatorToken);
  let output = '';
  const secrets: string[] = [
    real.operatorToken,
    'booking-link-secret-for-tests',
    new URL(real.databaseUrl).password,
  ];
  try {
    const { shop, services } = await makeShop(asOperator, { shop: { zone: 'UTC' } });
    const date = new Date(Date.now() + 48 * 3_600_000).toISOString().slice(0, 10);
    const answer = await sendTo(real.url)('POST', `/api/v1/shops/${shop.slug}/bookings`, {
      segments: [{ service_id: services[0]?.id }],
      start: `${date}T10:00:00Z`,
      client: { name: 'Zerlina', email: 'zerlina@example.com', phone: '+1 212 555 0123' },
    });
    const { booking, manage_url } = answer.body as { booking: { id: string }; manage_url: string };
    const token = manage_url.split('#')[1] ?? '';
    await sendTo(real.url)('GET', `/api/v1/bookings/${booking.id}`, undefined, { 'booking-token': token });
    await sendTo(real.url)('GET', `/api/v1/bookings/${booking.id}`, undefined, {
      'booking-token': `${token}x`,
    });
    await sendTo(real.url, 'a-wrong-operator-token')('GET', `/api/v1/shops/${shop.slug}/clients`);
    expect(token).toHaveLength(43);
    secrets.push(token, 'a-wrong-operator-token', 'zerlina@example.com', 'Zerlina', '+12125550123');
  } finally {
    await real.stop();
    output = real.output();
  }
  expect(output).toContain('/api/v1/bookings/');
  for (const secret of secrets) expect(output).not.toContain(secret);
});
