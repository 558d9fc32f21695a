import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalServer, startLocalServer } from '../../support/local-server.ts';
import { makeShop, type ShopFixture, sendTo } from '../../support/shop-fixture.ts';

let server: LocalServer;
let database: pg.Client;
let fixture: ShopFixture;
let bookings: string;
beforeAll(async () => {
  server = await startLocalServer({ apps: 2 });
  database = new pg.Client({ connectionString: server.databaseUrl });
  await database.connect();
  fixture = await makeShop(sendTo(server.url, server.operatorToken), { shop: { zone: 'UTC' } });
  bookings = `/api/v1/shops/${fixture.shop.slug}/bookings`;
});
afterAll(async () => {
  await database.end();
  await server.stop();
});

const date = new Date(Date.now() + 48 * 3_600_000).toISOString().slice(0, 10);
/** A booking `minutes` after 09:00 on `date`. Each test uses different times. */
function bookingInput(minutes: number, name = 'Zoë') {
  const start = new Date(Date.parse(`${date}T09:00:00Z`) + minutes * 60_000).toISOString();
  return {
    segments: [{ service_id: fixture.services[0]?.id }],
    start,
    client: { name, email: `${name === 'Zoë' ? 'zoe' : 'other'}@example.com` },
  };
}

/** Sends a request to one of the processes and returns the response text. */
async function post(
  path: string,
  body: unknown,
  key: string,
  process = 0,
  headers: Record<string, string> = {},
) {
  const response = await fetch(`${server.urls[process]}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key, ...headers },
    body: JSON.stringify(body),
  });
  return {
    status: response.status,
    text: await response.text(),
    replayed: response.headers.get('idempotency-replayed'),
  };
}

async function count(table: string): Promise<number> {
  const { rows } = await database.query(`SELECT count(*)::int AS count FROM ${table}`);
  return rows[0].count;
}

test('a repeated request to any process is executed once and gets the identical response', async () => {
  const key = randomUUID();
  const before = await count('booking');
  const first = await post(bookings, bookingInput(0), key);
  const again = await post(bookings, bookingInput(0), key);
  const elsewhere = await post(bookings, bookingInput(0), key, 1);
  expect(first).toMatchObject({ status: 201, replayed: null });
  expect(again).toEqual({ status: 201, text: first.text, replayed: 'true' });
  expect(elsewhere).toEqual(again);
  expect(JSON.parse(first.text).manage_url).toMatch(/#[\w-]{43}$/);
  expect(await count('booking')).toBe(before + 1);
});

test('twenty concurrent requests with one key to two processes create one booking and get its response', async () => {
  const key = randomUUID();
  const before = await count('booking');
  const responses = await Promise.all(
    Array.from({ length: 20 }, (_, number) => post(bookings, bookingInput(60), key, number % 2)),
  );
  expect(new Set(responses.map((response) => `${response.status} ${response.text}`)).size).toBe(1);
  expect(responses[0]?.status).toBe(201);
  expect(responses.filter((response) => response.replayed === null)).toHaveLength(1);
  expect(await count('booking')).toBe(before + 1);
});

test('of twenty concurrent requests with one key and different bodies, one books and the others fail', async () => {
  const key = randomUUID();
  const before = await count('booking');
  const responses = await Promise.all(
    Array.from({ length: 20 }, (_, number) =>
      post(bookings, bookingInput(120, `Guest ${number}`), key, number % 2),
    ),
  );
  const codes = responses.map((response) => JSON.parse(response.text).code ?? response.status);
  expect(codes.filter((code) => code === 201)).toHaveLength(1);
  expect(codes.filter((code) => code === 'idempotency_key_reused')).toHaveLength(19);
  expect(await count('booking')).toBe(before + 1);
});

test('the same key can be used for another URL', async () => {
  const key = randomUUID();
  const body = bookingInput(180);
  const hold = await post(
    `/api/v1/shops/${fixture.shop.slug}/holds`,
    { segments: body.segments, start: body.start },
    key,
  );
  expect(hold.status).toBe(201);
  const taken = await post(bookings, { hold_id: JSON.parse(hold.text).id, client: body.client }, key);
  expect([taken.status, taken.replayed]).toEqual([201, null]);
});

test('the key of a failed request can be used for the corrected request', async () => {
  const key = randomUUID();
  const taken = await post(bookings, bookingInput(0), key);
  expect([taken.status, JSON.parse(taken.text).code]).toEqual([409, 'slot_taken']);
  const records = await count('idempotency_record');
  const offGrid = { ...bookingInput(240), start: bookingInput(240).start.replace(':00.000Z', ':30.000Z') };
  expect((await post(bookings, offGrid, key)).status).toBe(422);
  expect(await count('idempotency_record')).toBe(records);
  expect(await post(bookings, bookingInput(240), key)).toMatchObject({ status: 201, replayed: null });
});

test('repeated reschedule and cancel requests change nothing', async () => {
  const created = JSON.parse((await post(bookings, bookingInput(300), randomUUID())).text);
  const own = `/api/v1/bookings/${created.booking.id}`;
  const link = { 'booking-token': created.manage_url.split('#')[1] };
  const keys = [randomUUID(), randomUUID()] as const;
  const move = await post(`${own}/reschedule`, { start: bookingInput(360).start }, keys[0], 0, link);
  const moveAgain = await post(`${own}/reschedule`, { start: bookingInput(360).start }, keys[0], 1, link);
  expect(moveAgain).toEqual({ ...move, replayed: 'true' });
  const cancel = await post(`${own}/cancel`, {}, keys[1], 0, link);
  expect(JSON.parse(cancel.text)).toMatchObject({ status: 'cancelled', version: 3 });
  expect(await post(`${own}/cancel`, {}, keys[1], 1, link)).toEqual({ ...cancel, replayed: 'true' });
  // The stored response, although the booking has changed since.
  expect(await post(`${own}/reschedule`, { start: bookingInput(360).start }, keys[0], 1, link)).toEqual(
    moveAgain,
  );
  expect(await post(`${own}/reschedule`, { start: bookingInput(360).start }, keys[0])).toMatchObject({
    status: 404,
  });
});

test('a stored response stays the same after the service becomes inactive', async () => {
  const key = randomUUID();
  const first = await post(bookings, bookingInput(420), key);
  const asOperator = sendTo(server.url, server.operatorToken);
  const service = `/api/v1/shops/${fixture.shop.slug}/services/${fixture.services[0]?.id}`;
  await asOperator('PATCH', service, { active: false });
  expect(await post(bookings, bookingInput(420), key, 1)).toEqual({ ...first, replayed: 'true' });
  expect(JSON.parse((await post(bookings, bookingInput(450), randomUUID())).text).code).toBe(
    'service_unknown',
  );
  await asOperator('PATCH', service, { active: true });
});

test('stored responses contain no tokens', async () => {
  const { rows } = await database.query('SELECT body::text AS body FROM idempotency_record');
  expect(rows.length).toBeGreaterThan(4);
  for (const { body } of rows) expect(body).not.toMatch(/manage_url|#|token/);
});
