import { idempotencyKeyHeader, type Problem, problems } from '@bookedbarber/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiDocument, operationsOf, readDocument } from '../../support/api-document.ts';
import { type InProcess, startInProcess } from '../../support/in-process.ts';

/** The document with a copy of each schema for each use had 390 KB. */
const mostKilobytes = 120;

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

test('every operation has an id of its own, a summary, a described tag and declared security', () => {
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

/** The answer to a request without credentials and without a body. */
async function answerToStranger({ method, path }: { method: string; path: string }) {
  const url = path.replace('{shop}', 'nowhere').replace('{id}', '00000000-0000-4000-8000-000000000000');
  return server.app.inject({
    method: method.toUpperCase() as 'GET',
    url,
    headers: { 'idempotency-key': 'a-stranger' },
  });
}

test('every operation that declares the operator token refuses a request without it', async () => {
  const guarded = operations.filter(
    ({ security = [] }) => security.length === 1 && 'operator' in (security[0] ?? {}),
  );
  expect(guarded.length).toBeGreaterThan(30);
  for (const operation of guarded) {
    const answer = await answerToStranger(operation);
    expect([answer.statusCode, answer.json<Problem>().code], operation.name).toEqual([401, 'unauthorized']);
    expect(answer.headers['www-authenticate'], operation.name).toMatch(/^Bearer /);
  }
});

test('every operation that declares no security answers without credentials', async () => {
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
  for (const operation of open) expect((await answerToStranger(operation)).statusCode).not.toBe(401);
});

test('every operation that declares the token of a booking refuses a request without it', async () => {
  const ofBooking = operations.filter(({ security = [] }) => security.some((it) => 'booking' in it));
  expect(ofBooking.length).toBeGreaterThan(3);
  for (const operation of ofBooking) {
    const { statusCode } = await answerToStranger(operation);
    // A missing body is refused first.
    expect(statusCode, operation.name).toBe(operation.requestBody === undefined ? 404 : 400);
  }
});

test('every POST declares the Idempotency-Key header', () => {
  for (const { name, method, parameters = [] } of operations) {
    const keys = parameters.filter((parameter) => parameter.name === idempotencyKeyHeader);
    expect(keys.length, name).toBe(method === 'post' ? 1 : 0);
  }
});

test('every body refuses unknown fields', () => {
  const bodies = operations.filter((operation) => operation.requestBody !== undefined);
  expect(bodies.length).toBeGreaterThan(10);
  for (const { name, requestBody } of bodies) {
    expect(requestBody?.content['application/json']?.schema, name).toMatchObject({
      additionalProperties: false,
    });
  }
});

test('every error is a problem, of the declared statuses and by default', () => {
  const problem = document.components.schemas['Problem']?.properties;
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

test('bodies and answers are named schemas, and the document stays small', () => {
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
  expect(JSON.stringify(document).length / 1024).toBeLessThan(mostKilobytes);
});

test('no object of more than five fields is written twice', () => {
  const places = new Map<string, string>();
  const visit = (value: unknown, place: string): void => {
    if (typeof value !== 'object' || value === null) return;
    if ('properties' in value && Object.keys(value.properties ?? {}).length > 5) {
      const text = JSON.stringify({ ...value, description: undefined });
      expect(places.get(text), `${place} is written twice: export it from the contract`).toBeUndefined();
      places.set(text, place);
    }
    for (const [key, part] of Object.entries(value)) visit(part, `${place}/${key}`);
  };
  visit(document, '#');
  expect(places.size).toBeGreaterThan(20);
});
