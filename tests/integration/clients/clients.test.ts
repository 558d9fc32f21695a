import type { BookingCreated, Client, ClientList, Preferences, Problem } from '@bookedbarber/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type InProcess, startInProcess } from '../../support/in-process.ts';
import { makeShop, type ShopFixture } from '../../support/shop-fixture.ts';
import { linkOf } from '../../support/test-shop.ts';

let server: InProcess;
let fixture: ShopFixture;
let path: string;
let minute = 0;
beforeAll(async () => {
  server = await startInProcess('2026-11-23T08:00:00-05:00');
});
afterAll(() => server.close());
beforeEach(async () => {
  // Each test has its own organisation, which has no clients yet.
  fixture = await makeShop(server.asOperator, { shop: { zone: 'UTC' } as never });
  path = `/api/v1/shops/${fixture.shop.slug}`;
});

async function book(client: Record<string, unknown>): Promise<BookingCreated> {
  minute = (minute + 30) % 500;
  const start = new Date(
    Date.parse('2026-11-25T09:00:00Z') + Math.floor(minute / 10) * 600_000,
  ).toISOString();
  const segments = [{ service_id: fixture.services[0]?.id }];
  const response = await server.asGuest('POST', `${path}/bookings`, { segments, start, client });
  expect(response.status, JSON.stringify(response.body)).toBe(201);
  return response.body;
}

async function list(query = ''): Promise<ClientList> {
  return (await server.asOperator('GET', `${path}/clients${query}`)).body;
}
const names = async (search: string) =>
  (await list(`?search=${encodeURIComponent(search)}`)).clients.map((client) => client.name);
const change = async (id: string | undefined, body: unknown) =>
  server.asOperator('PATCH', `${path}/clients/${id}`, body);

describe('a guest who books', () => {
  test('becomes one client per email address, ignoring case', async () => {
    await book({ name: 'Zoë', email: 'zoe@example.com', phone: '(212) 555-0123' });
    await book({ name: 'OperatorName', email: 'ZOE@Example.com', phone: '+442079460958' });
    await book({ name: 'Ann', email: 'Ann@Example.com' });
    await book({ name: 'Ann', email: 'ann@example.com' });
    const { total, clients } = await list();
    expect([total, clients[0]?.email]).toEqual([2, 'Ann@Example.com']);
    expect(clients[1]).toMatchObject({
      name: 'Zoë',
      email: 'zoe@example.com',
      phone: '+12125550123',
      preferences: { zone: null, language: 'en', channel: 'email' },
    });
  });

  test('twenty times concurrently becomes one client', async () => {
    const barbers = await makeShop(server.asOperator, {
      barbers: Array.from({ length: 20 }, (_, index) => ({ name: `Barber ${index}` })),
    });
    const slug = `/api/v1/shops/${barbers.shop.slug}`;
    const responses = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        server.asGuest('POST', `${slug}/bookings`, {
          segments: [{ service_id: barbers.services[0]?.id }],
          start: '2026-11-24T10:00:00-05:00',
          client: { name: 'Zoë', email: index % 2 === 0 ? 'zoe@example.com' : 'Zoe@example.com' },
        }),
      ),
    );
    expect(responses.map((response) => response.status)).toEqual(Array(20).fill(201));
    const { body } = await server.asOperator('GET', `${slug}/clients`);
    expect((body as ClientList).total).toBe(1);
  });

  test('sets the preferences of a new client but cannot change those of an existing one', async () => {
    const preferences = { zone: 'Europe/London', language: 'pt-BR', channel: 'sms' };
    await book({ name: 'Zoë', email: 'zoe@example.com', preferences });
    await book({ name: 'Mallory', email: 'zoe@example.com', preferences: { channel: 'none' } });
    expect((await list()).clients[0]).toMatchObject({ name: 'Zoë', preferences });
  });
});

describe('phone numbers', () => {
  test.each([
    ['US', '(212) 555-0123', '+12125550123'],
    ['US', '+44 20 7946 0958', '+442079460958'],
    ['GB', '020 7946 0958', '+442079460958'],
    ['DE', '030 / 123456', '+4930123456'],
  ])('in a shop in %s, %s is stored as %s', async (country, phone, stored) => {
    fixture = await makeShop(server.asOperator, { shop: { country, zone: 'UTC' } as never });
    path = `/api/v1/shops/${fixture.shop.slug}`;
    expect((await book({ name: 'Zoë', email: 'zoe@example.com', phone })).booking.client.phone).toBe(stored);
  });
});

describe('a booking link', () => {
  test('cannot change the preferences of a client or of other bookings with the same address', async () => {
    const mine = await book({ name: 'Zoë', email: 'zoe@example.com', preferences: { language: 'pt' } });
    const theirs = await book({ name: 'Mallory', email: 'zoe@example.com' });
    const own = (created: BookingCreated) => `/api/v1/bookings/${created.booking.id}/preferences`;
    const muted = await server.asGuest('PATCH', own(theirs), { channel: 'none' }, linkOf(theirs));
    expect(muted.body as Preferences).toMatchObject({ channel: 'none', language: 'en' });
    const unchanged = await server.asGuest('PATCH', own(mine), {}, linkOf(mine));
    expect(unchanged.body as Preferences).toMatchObject({ channel: 'email', language: 'pt' });
    expect((await list()).clients[0]?.preferences).toMatchObject({ channel: 'email', language: 'pt' });
  });

  test('can change each preference of its booking', async () => {
    const created = await book({ name: 'Zoë', email: 'zoe@example.com' });
    const own = `/api/v1/bookings/${created.booking.id}/preferences`;
    const first = await server.asGuest('PATCH', own, { channel: 'sms' }, linkOf(created));
    expect(first.body as Preferences).toEqual({ zone: null, language: 'en', channel: 'sms' });
    const second = await server.asGuest('PATCH', own, { zone: 'Asia/Kolkata' }, linkOf(created));
    expect(second.body as Preferences).toEqual({ zone: 'Asia/Kolkata', language: 'en', channel: 'sms' });
    expect((await server.asGuest('PATCH', own, { zone: null }, linkOf(created))).body).toMatchObject({
      zone: null,
    });
    expect((await server.asGuest('PATCH', own, { channel: 'none' })).status).toBe(404);
    expect((await server.asGuest('PATCH', own, { name: 'X' }, linkOf(created))).status).toBe(400);
  });
});

describe('operators', () => {
  test('update a client, and get a conflict for the address of another client', async () => {
    await book({ name: 'Ann', email: 'ann@example.com' });
    await book({ name: 'Ben', email: 'ben@example.com' });
    const [ann] = (await list()).clients;
    const body = { name: 'Anna', phone: '212 555 0123', email: null, preferences: { channel: 'none' } };
    expect((await change(ann?.id, body)).body as Client).toMatchObject({
      name: 'Anna',
      phone: '+12125550123',
      email: null,
      preferences: { channel: 'none', language: 'en' },
    });
    const taken = await change(ann?.id, { email: 'BEN@example.com' });
    expect([taken.status, (taken.body as Problem).code]).toEqual([409, 'record_conflict']);
    expect(((await change(ann?.id, { phone: '123456' })).body as Problem).code).toBe('phone_invalid');
    expect((await change(ann?.id, {})).body).toMatchObject({ name: 'Anna' });
  });

  test('cannot read or update clients of another organisation in a shop', async () => {
    const { booking } = await book({ name: 'Ann', email: 'ann@example.com' });
    const [ann] = (await list()).clients;
    expect(booking.client.name).toBe('Ann');
    const other = await makeShop(server.asOperator);
    const elsewhere = `/api/v1/shops/${other.shop.slug}/clients`;
    expect((await server.asOperator('GET', elsewhere)).body).toEqual({ total: 0, clients: [] });
    expect((await server.asOperator('PATCH', `${elsewhere}/${ann?.id}`, { name: 'X' })).status).toBe(404);
  });

  test('search by part of a name, address or number, with % and _ as literals', async () => {
    await book({ name: 'Ann_Lee', email: 'a%b@example.com', phone: '+12125550123' });
    await book({ name: 'AnnXLee', email: 'axb@example.com' });
    await book({ name: 'Élodie', email: 'elodie@example.com' });
    expect(await names('ann')).toHaveLength(2);
    expect(await names('n_l')).toEqual(['Ann_Lee']);
    expect(await names('a%b')).toEqual(['Ann_Lee']);
    expect(await names('%')).toEqual(['Ann_Lee']);
    expect(await names('\\')).toEqual([]);
    expect(await names('5550')).toEqual(['Ann_Lee']);
    expect(await names('ÉLO')).toEqual(['Élodie']);
    expect(await names("'; DROP TABLE client; --")).toEqual([]);
  });

  test('read long lists in pages with a stable order', async () => {
    for (let number = 0; number < 5; number += 1)
      await book({ name: `Guest ${number}`, email: `g${number}@example.com` });
    const page = async (offset: number) => {
      const { total, clients } = await list(`?limit=2&offset=${offset}`);
      return [total, ...clients.map((client) => client.name)];
    };
    expect(await page(0)).toEqual([5, 'Guest 0', 'Guest 1']);
    expect(await page(4)).toEqual([5, 'Guest 4']);
    expect(await page(6)).toEqual([5]);
  });
});
