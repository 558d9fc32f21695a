import { idempotencyKeyHeader, type Problem, problems } from '@bookedbarber/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiDocument, operationsOf, readDocument } from '../../support/http/api-document.ts';
import { type InProcess, startInProcess } from '../../support/in-process.ts';

/** With inline copies instead of references, the document is 390 KB. */
const maxKilobytes = 120;

let server: InProcess;
let document: ApiDocument;
let operations: ReturnType<typeof operationsOf>;
beforeAll(async () => {
  server = await startInProcess('2026-11-23T08:00:00-05:00');
  document = await readDocument(server.app);
  operations = operationsOf(document);
});
afterAll(() => server.close());

test('the document has the structure of OpenAPI 3.1', () => {
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
    for (const [status, { description }] of Object.entries(responses)) {
      expect(status, name).toMatch(/^([1-5]\d\d|default)$/);
      expect(description, `${name} ${status}`).toMatch(/\w/);
    }
  }
  expect(JSON.stringify(document)).not.toContain('"nullable"');
});

test('every operation has a unique id, a summary, a tag with a description, and declared security', () => {
  const ids = operations.map(({ operationId }) => operationId);
  expect(new Set(ids).size).toBe(operations.length);
  const tags = new Map(document.tags.map(({ name, description }) => [name, description]));
  const schemes = Object.keys(document.components.securitySchemes);
  for (const { name, operationId, summary, tags: own = [], security } of operations) {
    expect(operationId, name).toMatch(/^[a-z]+([A-Z][a-z]*)*$/);
    expect(summary, name).toMatch(/\w/);
    expect(own, name).toHaveLength(1);
    expect(tags.get(own[0] ?? ''), name).toMatch(/\w/);
    expect(security, name).toBeInstanceOf(Array);
    for (const scheme of (security ?? []).flatMap(Object.keys)) expect(schemes, name).toContain(scheme);
  }
  expect(document.security).toEqual([{ operator: [] }]);
});

/** The response to a request without credentials and without a body. */
async function anonymousResponse({ method, path }: { method: string; path: string }) {
  const url = path.replace('{shop}', 'nowhere').replace('{id}', '00000000-0000-4000-8000-000000000000');
  return server.app.inject({
    method: method.toUpperCase() as 'GET',
    url,
    headers: { 'idempotency-key': 'anonymous' },
  });
}

test('every operation that declares the operator token rejects requests without it', async () => {
  const guarded = operations.filter(
    ({ security = [] }) => security.length === 1 && 'operator' in (security[0] ?? {}),
  );
  expect(guarded.length).toBeGreaterThan(30);
  for (const operation of guarded) {
    const response = await anonymousResponse(operation);
    expect([response.statusCode, response.json<Problem>().code], operation.name).toEqual([
      401,
      'unauthorized',
    ]);
    expect(response.headers['www-authenticate'], operation.name).toMatch(/^Bearer /);
  }
});

test('every operation that declares no security accepts requests without credentials', async () => {
  const open = operations.filter(({ security }) => security?.length === 0);
  expect(open.map(({ operationId }) => operationId).sort()).toEqual([
    'createBooking',
    'createHold',
    'getAvailability',
    'getCacheHealth',
    'getLiveness',
    'getReadiness',
    'getShop',
    'listShops',
    'releaseHold',
  ]);
  for (const operation of open) expect((await anonymousResponse(operation)).statusCode).not.toBe(401);
});

test('every operation that declares the booking token rejects requests without it', async () => {
  const ofBooking = operations.filter(({ security = [] }) => security.some((it) => 'booking' in it));
  expect(ofBooking.length).toBeGreaterThan(3);
  for (const operation of ofBooking) {
    const { statusCode } = await anonymousResponse(operation);
    // The body is validated first.
    expect(statusCode, operation.name).toBe(operation.requestBody === undefined ? 404 : 400);
  }
});

test('every POST declares the Idempotency-Key header', () => {
  for (const { name, method, parameters = [] } of operations) {
    const keys = parameters.filter((parameter) => parameter.name === idempotencyKeyHeader);
    expect(keys.length, name).toBe(method === 'post' ? 1 : 0);
  }
});

test('every request body rejects unknown fields', () => {
  const bodies = operations.filter((operation) => operation.requestBody !== undefined);
  expect(bodies.length).toBeGreaterThan(10);
  for (const { name, requestBody } of bodies) {
    expect(requestBody?.content['application/json']?.schema, name).toMatchObject({
      additionalProperties: false,
    });
  }
});

test('every declared error and the default response are problems', () => {
  const problem = document.components.schemas['Problem']?.properties;
  expect(Object.keys(problem ?? {})).toContain('code');
  for (const { name, responses } of operations) {
    expect(Object.keys(responses), name).toContain('default');
    for (const [status, { content = {} }] of Object.entries(responses)) {
      if (/^[23]/.test(status)) continue;
      expect(Object.keys(content), `${name} ${status}`).toEqual(['application/problem+json']);
      const schema = content['application/problem+json']?.schema;
      expect(Object.keys(schema?.properties ?? {})).toEqual(Object.keys(problem ?? {}));
    }
  }
});

test('the document lists every error code with its status', () => {
  for (const [code, { status, title }] of Object.entries(problems)) {
    expect(document.info.description).toContain(`| \`${code}\` | ${status} | ${title} |`);
  }
});

test('request and response bodies reference named schemas, and the document stays small', () => {
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, { requestBody, responses }] of Object.entries(methods)) {
      const own = Object.entries(responses).filter(([status]) => status.startsWith('2'));
      const media = [requestBody?.content, ...own.map(([, { content }]) => content)];
      for (const content of media) {
        const json = content?.['application/json'];
        if (json !== undefined)
          expect(json.schema.$ref, `${method} ${path}`).toMatch(/^#\/components\/schemas\/\w+$/);
      }
    }
  }
  expect(JSON.stringify(document).length / 1024).toBeLessThan(maxKilobytes);
});

test('no object schema with more than five fields is duplicated', () => {
  const places = new Map<string, string>();
  const visit = (value: unknown, place: string): void => {
    if (typeof value !== 'object' || value === null) return;
    if ('properties' in value && Object.keys(value.properties ?? {}).length > 5) {
      const text = JSON.stringify({ ...value, description: undefined });
      expect(places.get(text), `${place} is duplicated. Fix: export it from the contract`).toBeUndefined();
      places.set(text, place);
    }
    for (const [key, part] of Object.entries(value)) visit(part, `${place}/${key}`);
  };
  visit(document, '#');
  expect(places.size).toBeGreaterThan(20);
});

test('every number in a query has a minimum and a maximum, so that none is infinite', () => {
  const numbers = operations.flatMap(({ name, parameters = [] }) =>
    parameters
      .filter(({ schema: { type } }) => type === 'integer' || type === 'number')
      .map(({ schema }) => ({ name, schema })),
  );
  expect(numbers.length).toBeGreaterThan(5);
  for (const { name, schema } of numbers) {
    expect(schema.minimum, name).toEqual(expect.any(Number));
    expect(schema.maximum, name).toEqual(expect.any(Number));
  }
});
