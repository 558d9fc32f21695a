import { randomUUID } from 'node:crypto';
import { type BookingCreated, type Problem, problems } from '@bookedbarber/contract';
import fc from 'fast-check';
import { expect, inject } from 'vitest';
import { until } from '../../../packages/redis-tier/src/testing/until.ts';
import { type InProcess, startInProcess } from '../in-process.ts';
import { makeShop } from '../shop-fixture.ts';
import { operationsOf, readDocument, type Schema } from './api-document.ts';

let server: InProcess;
let ids: string[];
let slugs: string[];
let created: BookingCreated;

async function open(): Promise<void> {
  server = await startInProcess('2026-11-23T08:00:00-05:00', {
    REDIS_URL: inject('redisUrl'),
    REDIS_KEY_PREFIX: `test-${randomUUID().slice(0, 8)}`,
  });
  expect(await server.context.cache.ready(60_000)).toBe(true);
  const fixture = await makeShop(server.asOperator);
  const answer = await server.asGuest('POST', `/api/v1/shops/${fixture.shop.slug}/bookings`, {
    segments: [{ service_id: fixture.services[0]?.id }],
    start: '2026-11-25T10:00:00-05:00',
    client: { name: 'Zoë', email: 'zoe@example.com' },
  });
  created = answer.body;
  slugs = [fixture.shop.slug, fixture.shop.slug.toUpperCase()];
  ids = [
    fixture.services[0]?.id ?? '',
    fixture.barbers[0]?.id ?? '',
    created.booking.id,
    created.booking.id.toUpperCase(),
    randomUUID(),
  ];
}

const nasty = fc.constantFrom(
  '',
  ' ',
  '\u0000',
  '\ud800',
  '\u202e',
  "' OR 1=1 --",
  '%',
  '{}',
  '[1,2)',
  'null',
  '-1',
  '1e309',
  '9999-12-31',
  '__proto__',
  '💈',
  'ﬃ',
  'İ',
  'x'.repeat(2000),
);
const digits = (max: number) => fc.nat({ max }).map((it) => String(it).padStart(2, '0'));
const date = fc
  .tuple(fc.integer({ min: 1999, max: 3000 }), digits(13), digits(32))
  .map((parts) => parts.join('-'));
const instant = fc
  .tuple(date, digits(24), digits(60), fc.constantFrom('Z', '-05:00', '+14:00', '+23:59', '-23:59', ''))
  .map(([day, hour, minute, offset]) => `${day}T${hour}:${minute}:00${offset}`);
const nearInstant = fc
  .integer({ min: -200, max: 9000 })
  .map((tens) => new Date(Date.parse('2026-11-24T10:00:00Z') + tens * 600_000).toISOString());

/** Values that mostly match the schema, and some that do not. */
function anyOf(schema: Schema, name = ''): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 60, arbitrary: matching(schema, name) },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
    { weight: 1, arbitrary: nasty },
  );
}

function matching(schema: Schema, name: string): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map((it) => anyOf(it, name)));
  if (schema.type === 'array') {
    const item = anyOf(schema.items ?? {}, name);
    return fc.array(item, { minLength: schema.minItems ?? 0, maxLength: Math.min(schema.maxItems ?? 3, 4) });
  }
  if (schema.type === 'object') {
    const required = (schema.required ?? []) as never[];
    const fields = Object.entries(schema.properties ?? {}).map(([key, it]) => [key, anyOf(it, key)]);
    return fc.record(Object.fromEntries(fields), { requiredKeys: required });
  }
  if (schema.type === 'integer' || schema.type === 'number') {
    const { minimum = -5, maximum = 1000 } = schema;
    const edges = fc.constantFrom(minimum - 1, maximum + 1, 0.5, -0, 2 ** 31, 2 ** 53);
    const within = fc.oneof(fc.integer({ min: minimum, max: maximum }), fc.constantFrom(minimum, maximum));
    return fc.oneof({ weight: 20, arbitrary: within }, { weight: 1, arbitrary: edges });
  }
  if (schema.type === 'boolean') return fc.boolean();
  if (schema.type === 'null') return fc.constant(null);
  return text(schema, name);
}

const words = 'CUT|Zoë|USD|US|en|+1 212 555 0123|2026-11-24|a-b|٣|Ⅷ|İstanbul|O’Brien|☎|ſ|%_\\\\|x y'.split(
  '|',
);

function text({ format, pattern }: Schema, name: string): fc.Arbitrary<unknown> {
  if (format === 'uuid') {
    const own = { service_id: 0, service_ids: 0, barber_id: 1 }[name];
    const any = fc.nat({ max: ids.length - 1 }).map((index) => ids[index]);
    return own === undefined ? any : fc.oneof({ weight: 8, arbitrary: fc.constant(ids[own]) }, any);
  }
  if (format === 'date') return fc.oneof(date, fc.constantFrom('2026-11-24', '2000-01-01', '2999-12-31'));
  if (format === 'date-time') return fc.oneof({ weight: 4, arbitrary: nearInstant }, instant);
  if (format === 'time-zone') return fc.constantFrom(...Intl.supportedValuesOf('timeZone'), 'UTC', 'EST5EDT');
  if (format === 'email') return fc.constantFrom('zoe@example.com', 'ZOE@example.com', "o'b+1@example.co.uk");
  const allowed = words.filter((word) => new RegExp(pattern ?? '', 'u').test(word));
  const some = allowed.length === 0 ? nasty : fc.constantFrom(...allowed);
  return fc.oneof({ weight: 20, arbitrary: some }, fc.string({ unit: 'binary', maxLength: 60 }));
}

function query(name: string, value: unknown): string {
  const values = Array.isArray(value) ? value : [value];
  return values.map((it) => `${name}=${encodeURIComponent(printable(it))}`).join('&');
}
function printable(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  // URLs cannot contain lone surrogates.
  return text.replace(/\p{Cs}/gu, '');
}

export type FuzzOptions = {
  /** Requests per operation with a body; operations without a body get a third. */
  requests: number;
  /** Seed for reproducible requests. */
  seed: number;
};

/** Sends requests that match the API document or nearly do, and expects no server errors and no undocumented errors. */
export async function fuzz({ requests, seed }: FuzzOptions): Promise<void> {
  await open();
  try {
    await sendAll(requests, seed);
  } finally {
    await server.close();
  }
}

async function sendAll(requests: number, seed: number): Promise<void> {
  const operations = operationsOf(await readDocument(server.app));
  expect(operations.length).toBeGreaterThan(25);
  const codes = Object.keys(problems);
  const statuses = new Map<number, number>();
  const headers = fc.record({
    operator: fc.constantFrom(true, true, true, false),
    token: fc.constantFrom('mine', 'wrong', 'none'),
  });

  for (const { path, method, parameters: all = [], requestBody } of operations) {
    const parameters = all.filter((parameter) => parameter.in !== 'header');
    const isSegment = (name: string) => name === 'segment';
    const input = fc.record({
      parameters: fc.tuple(
        ...parameters.map(({ name, schema }) => {
          if (name === 'shop')
            return fc.oneof(
              fc.nat({ max: 1 }).map((index) => slugs[index]),
              nasty,
            );
          if (isSegment(name))
            return fc.constantFrom(...ids.flatMap((id) => [`${id}:any`, `${id}:${ids[1]}`]));
          return anyOf(schema, name);
        }),
      ),
      body: anyOf(requestBody?.content['application/json']?.schema ?? {}),
      headers,
    });
    await fc.assert(
      fc.asyncProperty(input, async (sample) => {
        let url = path;
        const search: string[] = [];
        for (const [index, { name, in: place }] of parameters.entries()) {
          const value = sample.parameters[index];
          if (place === 'path') url = url.replace(`{${name}}`, encodeURIComponent(printable(value)));
          else if (value !== undefined) search.push(query(name, value));
        }
        const idempotencyKey = randomUUID();
        const send = () =>
          server.app.inject({
            method: method.toUpperCase() as 'POST',
            url: `${url}?${search.join('&')}`,
            headers: {
              'idempotency-key': idempotencyKey,
              ...(sample.headers.operator
                ? { authorization: `Bearer ${server.context.config.operatorToken}` }
                : {}),
              ...(sample.headers.token === 'none' ? {} : { 'booking-token': tokenFor(sample.headers.token) }),
              ...(requestBody === undefined ? {} : { 'content-type': 'application/json' }),
            },
            ...(requestBody === undefined ? {} : { payload: JSON.stringify(sample.body) }),
          });
        // On a busy machine, Redis counts as unavailable for a moment. Every other server error fails the test.
        const answer = await until(
          `a response to ${method} ${path}`,
          send,
          ({ statusCode, body }) => statusCode !== 503 || !body.includes('"Redis is unavailable: see '),
        );
        statuses.set(answer.statusCode, (statuses.get(answer.statusCode) ?? 0) + 1);
        expect(answer.statusCode, `${method} ${url}\n${answer.body}`).toBeLessThan(500);
        if (answer.statusCode < 400) return;
        expect(answer.headers['content-type'], `${method} ${url}`).toBe('application/problem+json');
        expect(codes).toContain((answer.json() as Problem).code);
      }),
      { numRuns: Math.ceil(requestBody === undefined ? requests / 3 : requests), seed },
    );
  }
  // Ensures that the requests reach different outcomes and are not all rejected early.
  expect([...statuses.keys()].sort()).toEqual(expect.arrayContaining([200, 201, 400, 401, 404, 409, 422]));
}

function tokenFor(kind: 'mine' | 'wrong' | 'none'): string {
  return kind === 'mine' ? (created.manage_url.split('#')[1] ?? '') : 'A'.repeat(43);
}
