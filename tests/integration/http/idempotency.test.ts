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
/** A free time of its own for each test: `minutes` after nine on that date. */
function visit(minutes: number, name = 'Zoë') {
  const start = new Date(Date.parse(`${date}T09:00:00Z`) + minutes * 60_000).toISOString();
  return {
    segments: [{ service_id: fixture.services[0]?.id }],
    start,
    client: { name, email: `${name === 'Zoë' ? 'zoe' : 'other'}@example.com` },
  };
}

/** Sends to one of the processes and gives back the bytes of the answer. */
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

async function count(what: string): Promise<number> {
  const { rows } = await database.query(`SELECT count(*)::int AS count FROM ${what}`);
  return rows[0].count;
}

test('a request sent again, to any process, has the same answer to the byte and is done once', async () => {
  const key = randomUUID();
  const before = await count('booking');
  const first = await post(bookings, visit(0), key);
  const again = await post(bookings, visit(0), key);
  const elsewhere = await post(bookings, visit(0), key, 1);
  expect(first).toMatchObject({ status: 201, replayed: null });
  expect(again).toEqual({ status: 201, text: first.text, replayed: 'true' });
  expect(elsewhere).toEqual(again);
  expect(JSON.parse(first.text).manage_url).toMatch(/#[\w-]{43}$/);
  expect(await count('booking')).toBe(before + 1);
});

test('twenty at once with one key at two processes: one books, all have its answer', async () => {
  const key = randomUUID();
  const before = await count('booking');
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, number) => post(bookings, visit(60), key, number % 2)),
  );
  expect(new Set(answers.map((answer) => `${answer.status} ${answer.text}`)).size).toBe(1);
  expect(answers[0]?.status).toBe(201);
  expect(answers.filter((answer) => answer.replayed === null)).toHaveLength(1);
  expect(await count('booking')).toBe(before + 1);
});

test('twenty at once with one key and twenty bodies: one books, the others are told of the reuse', async () => {
  const key = randomUUID();
  const before = await count('booking');
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, number) => post(bookings, visit(120, `Guest ${number}`), key, number % 2)),
  );
  const codes = answers.map((answer) => JSON.parse(answer.text).code ?? answer.status);
  expect(codes.filter((code) => code === 201)).toHaveLength(1);
  expect(codes.filter((code) => code === 'idempotency_key_reused')).toHaveLength(19);
  expect(await count('booking')).toBe(before + 1);
});

test('the key of another address is another key', async () => {
  const key = randomUUID();
  const body = visit(180);
  const hold = await post(
    `/api/v1/shops/${fixture.shop.slug}/holds`,
    { segments: body.segments, start: body.start },
    key,
  );
  expect(hold.status).toBe(201);
  const taken = await post(bookings, { hold_id: JSON.parse(hold.text).id, client: body.client }, key);
  expect([taken.status, taken.replayed]).toEqual([201, null]);
});

test('a refused request leaves the key free for the mended one', async () => {
  const key = randomUUID();
  const taken = await post(bookings, visit(0), key);
  expect([taken.status, JSON.parse(taken.text).code]).toEqual([409, 'slot_taken']);
  const records = await count('idempotency_record');
  const offGrid = { ...visit(240), start: visit(240).start.replace(':00.000Z', ':30.000Z') };
  expect((await post(bookings, offGrid, key)).status).toBe(422);
  expect(await count('idempotency_record')).toBe(records);
  expect(await post(bookings, visit(240), key)).toMatchObject({ status: 201, replayed: null });
});

test('moving and cancelling again with their keys change nothing more', async () => {
  const created = JSON.parse((await post(bookings, visit(300), randomUUID())).text);
  const own = `/api/v1/bookings/${created.booking.id}`;
  const link = { 'booking-token': created.manage_url.split('#')[1] };
  const keys = [randomUUID(), randomUUID()] as const;
  const move = await post(`${own}/reschedule`, { start: visit(360).start }, keys[0], 0, link);
  const moveAgain = await post(`${own}/reschedule`, { start: visit(360).start }, keys[0], 1, link);
  expect(moveAgain).toEqual({ ...move, replayed: 'true' });
  const cancel = await post(`${own}/cancel`, {}, keys[1], 0, link);
  expect(JSON.parse(cancel.text)).toMatchObject({ status: 'cancelled', version: 3 });
  expect(await post(`${own}/cancel`, {}, keys[1], 1, link)).toEqual({ ...cancel, replayed: 'true' });
  // The answer of then, not of now.
  expect(await post(`${own}/reschedule`, { start: visit(360).start }, keys[0], 1, link)).toEqual(moveAgain);
  expect(await post(`${own}/reschedule`, { start: visit(360).start }, keys[0])).toMatchObject({
    status: 404,
  });
});

test('an answer stays the same when the service is taken off the menu meanwhile', async () => {
  const key = randomUUID();
  const first = await post(bookings, visit(420), key);
  const asOperator = sendTo(server.url, server.operatorToken);
  const service = `/api/v1/shops/${fixture.shop.slug}/services/${fixture.services[0]?.id}`;
  await asOperator('PATCH', service, { active: false });
  expect(await post(bookings, visit(420), key, 1)).toEqual({ ...first, replayed: 'true' });
  expect(JSON.parse((await post(bookings, visit(450), randomUUID())).text).code).toBe('service_unknown');
  await asOperator('PATCH', service, { active: true });
});

test('no token is kept with the answers', async () => {
  const { rows } = await database.query('SELECT body::text AS body FROM idempotency_record');
  expect(rows.length).toBeGreaterThan(4);
  for (const { body } of rows) expect(body).not.toMatch(/manage_url|#|token/);
});
