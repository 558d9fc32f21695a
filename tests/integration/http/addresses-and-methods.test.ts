import type { BookingCreated } from '@bookedbarber/contract';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { type Answer, expectProblem } from '../../support/http/expect-problem.ts';
import { type InProcess, startInProcess } from '../../support/in-process.ts';
import { makeShop, type ShopFixture } from '../../support/shop-fixture.ts';

const start = '2026-11-24T10:00:00-05:00';
const unknownId = '00000000-0000-4000-8000-000000000000';
const client = { name: 'Zoë', email: 'zoe@example.com' };

let server: InProcess;
let fixture: ShopFixture;
let created: BookingCreated;
let shop: string;
beforeAll(async () => {
  server = await startInProcess('2026-11-23T08:00:00-05:00');
  fixture = await makeShop(server.asOperator);
  shop = `/api/v1/shops/${fixture.shop.slug}`;
  created = (
    await server.asGuest('POST', `${shop}/bookings`, { ...booking(), start: '2026-11-25T10:00:00-05:00' })
  ).body;
});
afterAll(() => server.close());

function booking(): Record<string, unknown> {
  return { segments: [{ service_id: fixture.services[0]?.id }], start, client };
}

describe('rejects a URL with', () => {
  const segment = () => `segment=${fixture.services[0]?.id}:any`;
  const cases: [string, number, string, () => string][] = [
    ['an unknown shop', 404, 'shop_not_found', () => '/api/v1/shops/nowhere'],
    ['an invalid slug', 400, 'invalid_request', () => "/api/v1/shops/a'--"],
    ['a null byte in the slug', 400, 'invalid_request', () => '/api/v1/shops/a%00b'],
    ['path traversal with backslashes', 404, 'not_found', () => '/api/..%5c..%5cetc/passwd'],
    [
      'path traversal with encoded slashes',
      400,
      'invalid_request',
      () => '/api/v1/shops/..%2f..%2fetc%2fpasswd',
    ],
    ['path traversal to a file of the server', 404, 'not_found', () => '/..%2f..%2fserver/package.json'],
    ['invalid percent-encoding', 400, 'invalid_request', () => '/api/v1/shops/%zz'],
    ['a very long slug', 404, 'not_found', () => `/api/v1/shops/${'a'.repeat(5000)}`],
    ['no segment', 400, 'invalid_request', () => `${shop}/availability?from=2026-11-24`],
    ['no date', 400, 'invalid_request', () => `${shop}/availability?${segment()}`],
    [
      'two dates',
      400,
      'invalid_request',
      () => `${shop}/availability?${segment()}&from=2026-11-24&from=2026-11-25`,
    ],
    [
      'two numbers of days',
      400,
      'invalid_request',
      () => `${shop}/availability?${segment()}&from=2026-11-24&days=1&days=2`,
    ],
    ['30 February', 400, 'invalid_request', () => `${shop}/availability?${segment()}&from=2026-02-30`],
    ['the year 1', 400, 'invalid_request', () => `${shop}/availability?${segment()}&from=0001-01-01`],
    ['the year 9999', 400, 'invalid_request', () => `${shop}/availability?${segment()}&from=9999-12-31`],
    ['365 days', 400, 'invalid_request', () => `${shop}/availability?${segment()}&from=2026-11-24&days=365`],
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
      'hyphens as an id',
      422,
      'service_unknown',
      () => `${shop}/availability?segment=${'-'.repeat(36)}:any&from=2026-11-24`,
    ],
    [
      'a __proto__ parameter',
      400,
      'invalid_request',
      () => `${shop}/availability?${segment()}&from=2026-11-24&__proto__=1`,
    ],
  ];
  test.each(cases)('%s, with %i %s', (_name, status, code, path) =>
    expectProblem(server, status, code, () => server.asGuest('GET', path())),
  );
});

describe('rejects a request with', () => {
  const post = (path: string, body: unknown, headers: Record<string, string>) => () =>
    server.asGuest('POST', path, body, headers);
  const cases: [string, number, string, () => () => Promise<Answer>][] = [
    [
      'text instead of JSON',
      415,
      'unsupported_media_type',
      () => post(`${shop}/bookings`, JSON.stringify(booking()), { 'content-type': 'text/plain' }),
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
      () => post(`${shop}/bookings`, booking(), { 'idempotency-key': '1234567' }),
    ],
    [
      'an empty key',
      400,
      'idempotency_key_missing',
      () => post(`${shop}/bookings`, booking(), { 'idempotency-key': '' }),
    ],
    [
      'a key of 129 characters',
      400,
      'idempotency_key_missing',
      () =>
        post(
          `${shop}/holds`,
          { segments: booking()['segments'], start },
          { 'idempotency-key': 'k'.repeat(129) },
        ),
    ],
    [
      'a key with a space',
      400,
      'idempotency_key_missing',
      () => post(`${shop}/bookings`, booking(), { 'idempotency-key': '1234 5678' }),
    ],
    [
      'an unsupported method',
      405,
      'method_not_allowed',
      () => () => server.asGuest('DELETE', '/api/v1/shops'),
    ],
    [
      'an unsupported method for a booking',
      405,
      'method_not_allowed',
      () => () => server.asGuest('PATCH', `/api/v1/bookings/${created.booking.id}`, {}),
    ],
    ['an unknown URL', 404, 'not_found', () => () => server.asGuest('POST', '/api/v1/nothing', {})],
    [
      'a booking but without its token',
      404,
      'booking_not_found',
      () => () => server.asGuest('GET', `/api/v1/bookings/${created.booking.id}`),
    ],
    [
      'an unknown booking',
      404,
      'booking_not_found',
      () => () => server.asOperator('GET', `/api/v1/bookings/${unknownId}`),
    ],
    [
      'a booking id as a URN',
      400,
      'invalid_request',
      () => () => server.asOperator('GET', `/api/v1/bookings/urn:uuid:${unknownId}`),
    ],
    [
      'a hold id as a URN',
      400,
      'invalid_request',
      () => () => server.asGuest('DELETE', `${shop}/holds/urn:uuid:${unknownId}`),
    ],
    [
      'a null byte in the search',
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
      'a limit that is not finite',
      400,
      'invalid_request',
      () => () => server.asOperator('GET', '/api/v1/messages?state=dead&limit=1e309'),
    ],
    [
      'an offset that is not finite',
      400,
      'invalid_request',
      () => () => server.asOperator('GET', '/api/v1/messages?state=dead&offset=1e309'),
    ],
    [
      'a report of a thousand years',
      400,
      'invalid_request',
      () => () => server.asOperator('GET', `${shop}/analytics?from=2000-01-01&to=2999-12-31`),
    ],
    [
      'a report that ends before it starts',
      400,
      'invalid_request',
      () => () => server.asOperator('GET', `${shop}/analytics?from=2026-11-24&to=2026-11-23`),
    ],
  ];
  test.each(cases)('%s, with %i %s', (_name, status, code, send) =>
    expectProblem(server, status, code, send()),
  );

  test('no key, with 400 idempotency_key_missing', () =>
    expectProblem(server, 400, 'idempotency_key_missing', async () => {
      const response = await server.app.inject({
        method: 'POST',
        url: `${shop}/bookings`,
        payload: booking(),
      });
      return {
        status: response.statusCode,
        body: response.json() as never,
        headers: new Headers(response.headers as never),
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
        `the header "${authorization}" for GET clients`,
        () => server.asGuest('GET', `${shop}/clients`, undefined, { authorization }),
      ],
      [
        `the header "${authorization}" for POST services`,
        () => server.asGuest('POST', `${shop}/services`, { code: 'X' }, { authorization }),
      ],
      [
        `the header "${authorization}" for POST confirm`,
        () => server.asGuest('POST', `/api/v1/bookings/${created.booking.id}/confirm`, {}, { authorization }),
      ],
    );
  }
  test.each(operatorRoutes)('%s, with 401 unauthorized', (_name, send) =>
    expectProblem(server, 401, 'unauthorized', send),
  );
});
