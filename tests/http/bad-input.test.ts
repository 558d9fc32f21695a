import type { BookingCreated, Problem } from '@bookedbarber/contract';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type InProcess, startInProcess } from '../setup/in-process.ts';
import { makeShop, type Send, type ShopFixture } from '../setup/shop-fixture.ts';

const start = '2026-11-24T10:00:00-05:00';
const nobody = '00000000-0000-4000-8000-000000000000';
const client = { name: 'Zoë', email: 'zoe@example.com' };

let server: InProcess;
let fixture: ShopFixture;
let elsewhere: ShopFixture;
let shop: string;
let made: BookingCreated;
beforeAll(async () => {
  server = await startInProcess('2026-11-23T08:00:00-05:00');
  fixture = await makeShop(server.asOperator);
  elsewhere = await makeShop(server.asOperator);
  shop = `/api/v1/shops/${fixture.shop.slug}`;
  made = (await server.asGuest('POST', `${shop}/bookings`, visit({ start: '2026-11-25T10:00:00-05:00' })))
    .body;
});
afterAll(() => server.close());

/** A booking that would be taken, with some of its fields replaced. */
function visit(fields: Record<string, unknown> = {}): Record<string, unknown> {
  return { segments: [{ service_id: fixture.services[0]?.id }], start, client, ...fields };
}
const withClient = (fields: Record<string, unknown>) => visit({ client: { ...client, ...fields } });
const withSegment = (fields: Record<string, unknown>) =>
  visit({ segments: [{ service_id: fixture.services[0]?.id, ...fields }] });

/** The number of rows of every table, and the newest version of any booking: nothing may move them. */
async function everything(): Promise<string> {
  const { rows } = await sql<{ counts: string }>`
    SELECT string_agg(format('%s=%s', relname, (xpath('/row/c/text()',
      query_to_xml(format('SELECT count(*) AS c FROM %I', relname), false, true, '')))[1]), ' ' ORDER BY relname)
      || (SELECT ' versions=' || sum(version) FROM booking) AS counts
    FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`.execute(server.context.db);
  return rows[0]?.counts ?? '';
}

const internals =
  /\bat .+\.[cm]?[jt]s\b|node_modules|\bSELECT\b|\bINSERT\b|kysely|postgres|pg_|sqlstate|constraint|violat|relation|booking_segment|fastify|FST_|ajv|undefined|\[object/i;

type Answer = Awaited<ReturnType<Send>>;
/** Sends it, and expects a problem of this kind, nothing told of the inside, and nothing written. */
async function refused(status: number, code: string, send: () => Promise<Answer>): Promise<Problem> {
  const before = await everything();
  const answer = await send();
  const text = JSON.stringify(answer.body);
  expect([answer.status, (answer.body as Problem).code], text).toEqual([status, code]);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(answer.body as Problem).toMatchObject({ status, type: `urn:bookedbarber:problem:${code}` });
  expect(text).not.toMatch(internals);
  expect(await everything()).toBe(before);
  return answer.body;
}

describe('a booking is refused and nothing is written', () => {
  const cases: [string, number, string, () => unknown][] = [
    ['an unknown service', 422, 'service_unknown', () => withSegment({ service_id: nobody })],
    [
      'the service of another shop',
      422,
      'service_unknown',
      () => withSegment({ service_id: elsewhere.services[0]?.id }),
    ],
    [
      'the barber of another shop',
      422,
      'barber_unknown',
      () => withSegment({ barber_id: elsewhere.barbers[0]?.id }),
    ],
    ['a service id that is no id', 400, 'invalid_request', () => withSegment({ service_id: "1' OR '1'='1" })],
    ['a service id as urn', 400, 'invalid_request', () => withSegment({ service_id: `urn:uuid:${nobody}` })],
    ['a hold that is none', 409, 'hold_expired', () => ({ hold_id: nobody, client })],
    ['a hold id as urn', 400, 'invalid_request', () => ({ hold_id: `urn:uuid:${nobody}`, client })],
    ['a hold and a start', 400, 'invalid_request', () => visit({ hold_id: nobody })],
    ['neither hold nor start', 400, 'invalid_request', () => ({ client })],
    ['no services', 400, 'invalid_request', () => visit({ segments: [] })],
    [
      'six services',
      400,
      'invalid_request',
      () => visit({ segments: Array(6).fill({ service_id: nobody }) }),
    ],
    ['a past date', 422, 'start_in_past', () => visit({ start: '2026-11-20T10:00:00-05:00' })],
    ['the year 2000', 422, 'start_in_past', () => visit({ start: '2000-01-01T00:00:00+14:00' })],
    ['the year 2999', 422, 'too_far_ahead', () => visit({ start: '2999-12-31T10:00:00-05:00' })],
    ['the year 9999', 400, 'invalid_request', () => visit({ start: '9999-12-31T23:50:00Z' })],
    ['the year 1', 400, 'invalid_request', () => visit({ start: '0001-01-01T10:00:00Z' })],
    ['a year of six digits', 400, 'invalid_request', () => visit({ start: '+275760-09-13T00:00:00Z' })],
    ['30 February', 400, 'invalid_request', () => visit({ start: '2027-02-30T10:00:00Z' })],
    ['a leap second', 400, 'invalid_request', () => visit({ start: '2026-12-31T23:59:60Z' })],
    ['24 o’clock', 400, 'invalid_request', () => visit({ start: '2026-11-24T24:00:00Z' })],
    ['no offset', 400, 'invalid_request', () => visit({ start: '2026-11-24T10:00:00' })],
    ['an offset of 99 hours', 400, 'invalid_request', () => visit({ start: '2026-11-24T10:00:00+99:00' })],
    ['a zone for an offset', 400, 'invalid_request', () => visit({ start: `${start}[America/New_York]` })],
    ['a start between the grid', 422, 'off_grid', () => visit({ start: '2026-11-24T10:05:00-05:00' })],
    ['a start off by a second', 422, 'off_grid', () => visit({ start: '2026-11-24T10:00:01-05:00' })],
    [
      'a start off by a millisecond',
      422,
      'off_grid',
      () => visit({ start: '2026-11-24T10:00:00.001-05:00' }),
    ],
    ['a start as number', 400, 'invalid_request', () => visit({ start: 1_795_000_000_000 })],
    ['an unknown field', 400, 'invalid_request', () => visit({ price_cents: 0 })],
    ['an unknown field of the client', 400, 'invalid_request', () => withClient({ id: nobody })],
    ['a status of its own', 400, 'invalid_request', () => visit({ status: 'confirmed' })],
    ['HTML in the name', 400, 'invalid_request', () => withClient({ name: '<script>alert(1)</script>' })],
    ['SQL in the name', 400, 'invalid_request', () => withClient({ name: "x'); DROP TABLE booking; --" })],
    ['an empty name', 400, 'invalid_request', () => withClient({ name: '' })],
    ['a name of blanks', 400, 'invalid_request', () => withClient({ name: '   ' })],
    ['a name of 121 letters', 400, 'invalid_request', () => withClient({ name: 'x'.repeat(121) })],
    ['a null byte in the name', 400, 'invalid_request', () => withClient({ name: 'Zo\u0000' })],
    ['a null byte in the note', 400, 'invalid_request', () => visit({ note: 'a\u0000b' })],
    ['a lone surrogate in the name', 400, 'invalid_request', () => withClient({ name: 'Zo\ud800' })],
    ['a lone surrogate in the note', 400, 'invalid_request', () => visit({ note: 'a\udfffb' })],
    ['a text that runs backwards', 400, 'invalid_request', () => withClient({ name: 'Zo\u202eeoZ' })],
    ['zero-width characters in the name', 400, 'invalid_request', () => withClient({ name: 'Zo\u200b' })],
    ['a note of 1001 characters', 400, 'invalid_request', () => visit({ note: 'x'.repeat(1001) })],
    [
      'an address with line breaks',
      400,
      'invalid_request',
      () => withClient({ email: 'a@example.com\nBcc: b@example.com' }),
    ],
    [
      'an address with a look-alike letter',
      400,
      'invalid_request',
      () => withClient({ email: 'zоe@example.com' }),
    ],
    ['no address', 400, 'invalid_request', () => withClient({ email: undefined })],
    ['a number that nobody has', 422, 'phone_invalid', () => withClient({ phone: '+1 000 000 0000' })],
    ['letters for a number', 400, 'invalid_request', () => withClient({ phone: '1-800-BARBER' })],
    [
      'a malformed zone',
      400,
      'invalid_request',
      () => withClient({ preferences: { zone: 'America/Gotham' } }),
    ],
    ['an offset as zone', 400, 'invalid_request', () => withClient({ preferences: { zone: '+05:00' } })],
    ['a list for an object', 400, 'invalid_request', () => [visit()]],
    ['null', 400, 'invalid_request', () => 'null'],
    ['a body of text', 400, 'invalid_request', () => JSON.stringify('text')],
    ['broken JSON', 400, 'invalid_request', () => '{"segments": [}'],
    ['JSON that is cut off', 400, 'invalid_request', () => '{"client":{"name":"'],
    ['no body', 400, 'invalid_request', () => ''],
    [
      '__proto__',
      400,
      'invalid_request',
      () => `{"__proto__":{"isOperator":true},${JSON.stringify(visit()).slice(1)}`,
    ],
    [
      'constructor.prototype',
      400,
      'invalid_request',
      () => visit({ constructor: { prototype: { admin: true } } }),
    ],
    ['deep nesting', 400, 'invalid_request', () => `${'['.repeat(50_000)}${']'.repeat(50_000)}`],
    ['ten megabytes', 413, 'payload_too_large', () => visit({ note: 'x'.repeat(10 * 1024 * 1024) })],
  ];
  test.each(cases)('%s: %i %s', async (_name, status, code, body) => {
    const json = { 'content-type': 'application/json' };
    await refused(status, code, () => server.asGuest('POST', `${shop}/bookings`, body(), json));
    expect(({} as Record<string, unknown>)['isOperator']).toBeUndefined();
  });
});

describe('an address is refused', () => {
  const segment = () => `segment=${fixture.services[0]?.id}:any`;
  const cases: [string, number, string, () => string][] = [
    ['an unknown shop', 404, 'shop_not_found', () => '/api/v1/shops/nowhere'],
    ['a shop that is no name', 400, 'invalid_request', () => "/api/v1/shops/a'--"],
    ['a shop with a null byte', 400, 'invalid_request', () => '/api/v1/shops/a%00b'],
    ['a path that climbs backwards', 404, 'not_found', () => '/api/..%5c..%5cetc/passwd'],
    ['a path that climbs in disguise', 400, 'invalid_request', () => '/api/v1/shops/..%2f..%2fetc%2fpasswd'],
    ['a file of the server', 404, 'not_found', () => '/..%2f..%2fserver/package.json'],
    ['broken percent signs', 400, 'invalid_request', () => '/api/v1/shops/%zz'],
    ['a very long name', 404, 'not_found', () => `/api/v1/shops/${'a'.repeat(5000)}`],
    ['no segment', 400, 'invalid_request', () => `${shop}/availability?from=2026-11-24`],
    ['no date', 400, 'invalid_request', () => `${shop}/availability?${segment()}`],
    [
      'two dates',
      400,
      'invalid_request',
      () => `${shop}/availability?${segment()}&from=2026-11-24&from=2026-11-25`,
    ],
    [
      'two ranges',
      400,
      'invalid_request',
      () => `${shop}/availability?${segment()}&from=2026-11-24&days=1&days=2`,
    ],
    ['30 February', 400, 'invalid_request', () => `${shop}/availability?${segment()}&from=2026-02-30`],
    ['the year 1', 400, 'invalid_request', () => `${shop}/availability?${segment()}&from=0001-01-01`],
    ['the year 9999', 400, 'invalid_request', () => `${shop}/availability?${segment()}&from=9999-12-31`],
    [
      'a year of days',
      400,
      'invalid_request',
      () => `${shop}/availability?${segment()}&from=2026-11-24&days=365`,
    ],
    [
      'minus one day',
      400,
      'invalid_request',
      () => `${shop}/availability?${segment()}&from=2026-11-24&days=-1`,
    ],
    ['1e3 days', 400, 'invalid_request', () => `${shop}/availability?${segment()}&from=2026-11-24&days=1e3`],
    [
      'an unknown parameter',
      400,
      'invalid_request',
      () => `${shop}/availability?${segment()}&from=2026-11-24&to=x`,
    ],
    [
      'six segments',
      400,
      'invalid_request',
      () => `${shop}/availability?${`${segment()}&`.repeat(6)}from=2026-11-24`,
    ],
    [
      'hyphens for an id',
      422,
      'service_unknown',
      () => `${shop}/availability?segment=${'-'.repeat(36)}:any&from=2026-11-24`,
    ],
    [
      'a prototype as parameter',
      400,
      'invalid_request',
      () => `${shop}/availability?${segment()}&from=2026-11-24&__proto__=1`,
    ],
  ];
  test.each(cases)('%s: %i %s', (_name, status, code, path) =>
    refused(status, code, () => server.asGuest('GET', path())),
  );
});

describe('a request is refused', () => {
  const post = (path: string, body: unknown, headers: Record<string, string>) => () =>
    server.asGuest('POST', path, body, headers);
  const cases: [string, number, string, () => () => Promise<Answer>][] = [
    [
      'text for JSON',
      415,
      'unsupported_media_type',
      () => post(`${shop}/bookings`, JSON.stringify(visit()), { 'content-type': 'text/plain' }),
    ],
    [
      'a form',
      415,
      'unsupported_media_type',
      () => post(`${shop}/bookings`, 'a=1', { 'content-type': 'application/x-www-form-urlencoded' }),
    ],
    [
      'XML',
      415,
      'unsupported_media_type',
      () => post(`${shop}/bookings`, '<a/>', { 'content-type': 'application/xml' }),
    ],
    [
      'a short key',
      400,
      'idempotency_key_missing',
      () => post(`${shop}/bookings`, visit(), { 'idempotency-key': '1234567' }),
    ],
    [
      'an empty key',
      400,
      'idempotency_key_missing',
      () => post(`${shop}/bookings`, visit(), { 'idempotency-key': '' }),
    ],
    [
      'a key of 129 characters',
      400,
      'idempotency_key_missing',
      () =>
        post(
          `${shop}/holds`,
          { segments: visit()['segments'], start },
          { 'idempotency-key': 'k'.repeat(129) },
        ),
    ],
    [
      'a key with a blank',
      400,
      'idempotency_key_missing',
      () => post(`${shop}/bookings`, visit(), { 'idempotency-key': '1234 5678' }),
    ],
    ['another method', 405, 'method_not_allowed', () => () => server.asGuest('DELETE', '/api/v1/shops')],
    [
      'another method of a booking',
      405,
      'method_not_allowed',
      () => () => server.asGuest('PATCH', `/api/v1/bookings/${made.booking.id}`, {}),
    ],
    ['an address that is none', 404, 'not_found', () => () => server.asGuest('POST', '/api/v1/nothing', {})],
    [
      'a booking without its token',
      404,
      'booking_not_found',
      () => () => server.asGuest('GET', `/api/v1/bookings/${made.booking.id}`),
    ],
    [
      'a booking that is none',
      404,
      'booking_not_found',
      () => () => server.asOperator('GET', `/api/v1/bookings/${nobody}`),
    ],
    [
      'a booking id as urn',
      400,
      'invalid_request',
      () => () => server.asOperator('GET', `/api/v1/bookings/urn:uuid:${nobody}`),
    ],
    [
      'a hold id as urn',
      400,
      'invalid_request',
      () => () => server.asGuest('DELETE', `${shop}/holds/urn:uuid:${nobody}`),
    ],
    [
      'a search with a null byte',
      400,
      'invalid_request',
      () => () => server.asOperator('GET', `${shop}/clients?search=%00`),
    ],
    [
      'a huge offset',
      400,
      'invalid_request',
      () => () => server.asOperator('GET', `${shop}/clients?offset=99999999999999999999`),
    ],
    [
      'a report of a thousand years',
      400,
      'invalid_request',
      () => () => server.asOperator('GET', `${shop}/analytics?from=2000-01-01&to=2999-12-31`),
    ],
    [
      'a report that ends before it begins',
      400,
      'invalid_request',
      () => () => server.asOperator('GET', `${shop}/analytics?from=2026-11-24&to=2026-11-23`),
    ],
  ];
  test.each(cases)('%s: %i %s', (_name, status, code, send) => refused(status, code, send()));

  test('no key: 400 idempotency_key_missing', () =>
    refused(400, 'idempotency_key_missing', async () => {
      const answer = await server.app.inject({ method: 'POST', url: `${shop}/bookings`, payload: visit() });
      return {
        status: answer.statusCode,
        body: answer.json() as never,
        headers: new Headers(answer.headers as never),
      };
    }));

  const operatorRoutes: [string, () => Promise<Answer>][] = [];
  for (const authorization of [
    '',
    'Bearer wrong-token',
    'Bearer ',
    'Basic b3BlcmF0b3I6',
    'Bearer operator-token-for-tests-012345678',
  ]) {
    operatorRoutes.push(
      [
        `GET clients with "${authorization}"`,
        () => server.asGuest('GET', `${shop}/clients`, undefined, { authorization }),
      ],
      [
        `POST services with "${authorization}"`,
        () => server.asGuest('POST', `${shop}/services`, { code: 'X' }, { authorization }),
      ],
      [
        `POST confirm with "${authorization}"`,
        () => server.asGuest('POST', `/api/v1/bookings/${made.booking.id}/confirm`, {}, { authorization }),
      ],
    );
  }
  test.each(operatorRoutes)('%s: 401 unauthorized', (_name, send) => refused(401, 'unauthorized', send));
});

describe('operators are refused', () => {
  const service = { code: 'NEW', name: 'New', duration_minutes: 30, price_cents: 100 };
  const period = (starts_minute: number, ends_minute: number) => ({ starts_minute, ends_minute });
  const barber = (fields: Record<string, unknown>) => ({ name: 'Ben', service_ids: [], ...fields });
  const row = (fields: Record<string, unknown>) => ({
    rows: [
      {
        ref: 'r',
        visit: 'v',
        client_ref: 'c',
        client_name: 'C',
        barber_id: nobody,
        service_id: nobody,
        date: '2026-01-05',
        starts_minute: 600,
        duration_minutes: 30,
        price_cents: 0,
        status: 'completed',
        ...fields,
      },
    ],
  });
  const cases: [string, number, string, string, () => unknown][] = [
    ['a negative price', 400, 'invalid_request', '/services', () => ({ ...service, price_cents: -1 })],
    ['a price in fractions', 400, 'invalid_request', '/services', () => ({ ...service, price_cents: 0.5 })],
    ['a price in quotes', 400, 'invalid_request', '/services', () => ({ ...service, price_cents: '100' })],
    ['a huge price', 400, 'invalid_request', '/services', () => ({ ...service, price_cents: 1e15 })],
    [
      'a price that is infinite',
      400,
      'invalid_request',
      '/services',
      () => JSON.stringify(service).replace('100', '1e999'),
    ],
    [
      'a service of no length',
      400,
      'invalid_request',
      '/services',
      () => ({ ...service, duration_minutes: 0 }),
    ],
    [
      'a code that is there already',
      409,
      'record_conflict',
      '/services',
      () => ({ ...service, code: 'CUT' }),
    ],
    [
      'a barber with another shop’s service',
      422,
      'service_unknown',
      '/barbers',
      () => barber({ service_ids: [elsewhere.services[0]?.id] }),
    ],
    [
      'a period that ends before it begins',
      400,
      'invalid_request',
      '/barbers',
      () => barber({ schedule: [{ weekday: 1, periods: [period(600, 540)] }] }),
    ],
    [
      'periods that overlap',
      400,
      'invalid_request',
      '/barbers',
      () => barber({ schedule: [{ weekday: 1, periods: [period(540, 700), period(600, 720)] }] }),
    ],
    [
      'a weekday twice',
      400,
      'invalid_request',
      '/barbers',
      () =>
        barber({
          schedule: [
            { weekday: 1, periods: [] },
            { weekday: 1, periods: [] },
          ],
        }),
    ],
    [
      'an eighth weekday',
      400,
      'invalid_request',
      '/barbers',
      () => barber({ schedule: [{ weekday: 8, periods: [] }] }),
    ],
    [
      'an override of another shop’s barber',
      404,
      'resource_not_found',
      '/overrides',
      () => ({ barber_id: elsewhere.barbers[0]?.id, date: '2026-12-24', periods: [] }),
    ],
    [
      'an override of 30 February',
      400,
      'invalid_request',
      '/overrides',
      () => ({ date: '2027-02-30', periods: [] }),
    ],
    ['history with a null byte', 400, 'invalid_request', '/history', () => row({ ref: 'a\u0000b' })],
    [
      'history with a null byte in the client',
      400,
      'invalid_request',
      '/history',
      () => row({ client_ref: '\u0000' }),
    ],
    ['history with a lone surrogate', 400, 'invalid_request', '/history', () => row({ visit: '\ud800' })],
  ];
  test.each(cases)('%s: %i %s', async (_name, status, code, path, body) => {
    const json = { 'content-type': 'application/json' };
    await refused(status, code, () => server.asOperator('POST', `${shop}${path}`, body(), json));
  });
});
