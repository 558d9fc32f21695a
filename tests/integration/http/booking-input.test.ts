import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectProblem } from '../../support/http/expect-problem.ts';
import { type InProcess, startInProcess } from '../../support/in-process.ts';
import { makeShop, type ShopFixture } from '../../support/shop-fixture.ts';

const start = '2026-11-24T10:00:00-05:00';
const unknownId = '00000000-0000-4000-8000-000000000000';
const client = { name: 'Zoë', email: 'zoe@example.com' };

let server: InProcess;
let fixture: ShopFixture;
let elsewhere: ShopFixture;
let shop: string;
beforeAll(async () => {
  server = await startInProcess('2026-11-23T08:00:00-05:00');
  fixture = await makeShop(server.asOperator);
  elsewhere = await makeShop(server.asOperator);
  shop = `/api/v1/shops/${fixture.shop.slug}`;
});
afterAll(() => server.close());

/** A valid booking, with some of its fields replaced. */
function booking(fields: Record<string, unknown> = {}): Record<string, unknown> {
  return { segments: [{ service_id: fixture.services[0]?.id }], start, client, ...fields };
}
const withClient = (fields: Record<string, unknown>) => booking({ client: { ...client, ...fields } });
const withSegment = (fields: Record<string, unknown>) =>
  booking({ segments: [{ service_id: fixture.services[0]?.id, ...fields }] });

describe('rejects a booking without writing anything, for', () => {
  const cases: [string, number, string, () => unknown][] = [
    ['an unknown service', 422, 'service_unknown', () => withSegment({ service_id: unknownId })],
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
    [
      'a service id that is not a UUID',
      400,
      'invalid_request',
      () => withSegment({ service_id: "1' OR '1'='1" }),
    ],
    [
      'a service id as a URN',
      400,
      'invalid_request',
      () => withSegment({ service_id: `urn:uuid:${unknownId}` }),
    ],
    ['an unknown hold', 409, 'hold_expired', () => ({ hold_id: unknownId, client })],
    ['a hold id as a URN', 400, 'invalid_request', () => ({ hold_id: `urn:uuid:${unknownId}`, client })],
    ['a hold and a start', 400, 'invalid_request', () => booking({ hold_id: unknownId })],
    ['neither hold nor start', 400, 'invalid_request', () => ({ client })],
    ['no services', 400, 'invalid_request', () => booking({ segments: [] })],
    [
      'six services',
      400,
      'invalid_request',
      () => booking({ segments: Array(6).fill({ service_id: unknownId }) }),
    ],
    ['a past date', 422, 'start_in_past', () => booking({ start: '2026-11-20T10:00:00-05:00' })],
    ['the year 2000', 422, 'start_in_past', () => booking({ start: '2000-01-01T00:00:00+14:00' })],
    ['the year 2999', 422, 'too_far_ahead', () => booking({ start: '2999-12-31T10:00:00-05:00' })],
    ['the year 9999', 400, 'invalid_request', () => booking({ start: '9999-12-31T23:50:00Z' })],
    ['the year 1', 400, 'invalid_request', () => booking({ start: '0001-01-01T10:00:00Z' })],
    ['a year with six digits', 400, 'invalid_request', () => booking({ start: '+275760-09-13T00:00:00Z' })],
    ['30 February', 400, 'invalid_request', () => booking({ start: '2027-02-30T10:00:00Z' })],
    ['a leap second', 400, 'invalid_request', () => booking({ start: '2026-12-31T23:59:60Z' })],
    ['the time 24:00', 400, 'invalid_request', () => booking({ start: '2026-11-24T24:00:00Z' })],
    ['no offset', 400, 'invalid_request', () => booking({ start: '2026-11-24T10:00:00' })],
    ['an offset of 99 hours', 400, 'invalid_request', () => booking({ start: '2026-11-24T10:00:00+99:00' })],
    [
      'a start with a time zone name',
      400,
      'invalid_request',
      () => booking({ start: `${start}[America/New_York]` }),
    ],
    ['a start off the grid', 422, 'off_grid', () => booking({ start: '2026-11-24T10:05:00-05:00' })],
    ['a start off by a second', 422, 'off_grid', () => booking({ start: '2026-11-24T10:00:01-05:00' })],
    [
      'a start off by a millisecond',
      422,
      'off_grid',
      () => booking({ start: '2026-11-24T10:00:00.001-05:00' }),
    ],
    ['a number as start', 400, 'invalid_request', () => booking({ start: 1_795_000_000_000 })],
    ['an unknown field', 400, 'invalid_request', () => booking({ price_cents: 0 })],
    ['an unknown field of the client', 400, 'invalid_request', () => withClient({ id: unknownId })],
    ['a status', 400, 'invalid_request', () => booking({ status: 'confirmed' })],
    ['HTML in the name', 400, 'invalid_request', () => withClient({ name: '<script>alert(1)</script>' })],
    ['SQL in the name', 400, 'invalid_request', () => withClient({ name: "x'); DROP TABLE booking; --" })],
    ['an empty name', 400, 'invalid_request', () => withClient({ name: '' })],
    ['a name of blanks', 400, 'invalid_request', () => withClient({ name: '   ' })],
    ['a name of 121 letters', 400, 'invalid_request', () => withClient({ name: 'x'.repeat(121) })],
    ['a null byte in the name', 400, 'invalid_request', () => withClient({ name: 'Zo\u0000' })],
    ['a null byte in the note', 400, 'invalid_request', () => booking({ note: 'a\u0000b' })],
    ['a lone surrogate in the name', 400, 'invalid_request', () => withClient({ name: 'Zo\ud800' })],
    ['a lone surrogate in the note', 400, 'invalid_request', () => booking({ note: 'a\udfffb' })],
    [
      'a right-to-left override in the name',
      400,
      'invalid_request',
      () => withClient({ name: 'Zo\u202eeoZ' }),
    ],
    ['zero-width characters in the name', 400, 'invalid_request', () => withClient({ name: 'Zo\u200b' })],
    ['a note of 1001 characters', 400, 'invalid_request', () => booking({ note: 'x'.repeat(1001) })],
    [
      'an email address with line breaks',
      400,
      'invalid_request',
      () => withClient({ email: 'a@example.com\nBcc: b@example.com' }),
    ],
    [
      'an email address with a homoglyph',
      400,
      'invalid_request',
      () => withClient({ email: 'zоe@example.com' }),
    ],
    ['no email address', 400, 'invalid_request', () => withClient({ email: undefined })],
    ['an invalid phone number', 422, 'phone_invalid', () => withClient({ phone: '+1 000 000 0000' })],
    ['letters in the phone number', 400, 'invalid_request', () => withClient({ phone: '1-800-BARBER' })],
    [
      'an unknown zone',
      400,
      'invalid_request',
      () => withClient({ preferences: { zone: 'America/Gotham' } }),
    ],
    ['an offset as zone', 400, 'invalid_request', () => withClient({ preferences: { zone: '+05:00' } })],
    ['an array instead of an object', 400, 'invalid_request', () => [booking()]],
    ['null', 400, 'invalid_request', () => 'null'],
    ['a string as body', 400, 'invalid_request', () => JSON.stringify('text')],
    ['broken JSON', 400, 'invalid_request', () => '{"segments": [}'],
    ['truncated JSON', 400, 'invalid_request', () => '{"client":{"name":"'],
    ['no body', 400, 'invalid_request', () => ''],
    [
      '__proto__',
      400,
      'invalid_request',
      () => `{"__proto__":{"isOperator":true},${JSON.stringify(booking()).slice(1)}`,
    ],
    [
      'constructor.prototype',
      400,
      'invalid_request',
      () => booking({ constructor: { prototype: { admin: true } } }),
    ],
    ['deep nesting', 400, 'invalid_request', () => `${'['.repeat(50_000)}${']'.repeat(50_000)}`],
    ['ten megabytes', 413, 'payload_too_large', () => booking({ note: 'x'.repeat(10 * 1024 * 1024) })],
  ];
  test.each(cases)('%s, with %i %s', async (_name, status, code, body) => {
    const json = { 'content-type': 'application/json' };
    await expectProblem(server, status, code, () => server.asGuest('POST', `${shop}/bookings`, body(), json));
    expect(({} as Record<string, unknown>)['isOperator']).toBeUndefined();
  });
});
