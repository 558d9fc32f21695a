import type {
  Barber,
  BarberList,
  DateOverride,
  Problem,
  Service,
  Shop,
  TimeOff,
} from '@bookedbarber/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type InProcess, startInProcess } from '../../support/in-process.ts';
import { everyDay, makeShop, type ShopFixture } from '../../support/shop-fixture.ts';

let server: InProcess;
let fixture: ShopFixture;
let path: string;
beforeAll(async () => {
  server = await startInProcess('2026-11-23T08:00:00-05:00');
});
afterAll(() => server.close());
beforeEach(async () => {
  fixture = await makeShop(server.asOperator);
  path = `/api/v1/shops/${fixture.shop.slug}`;
});

/** Sends a request as operator, checks the status and returns the body. */
async function operate<T>(
  status: number,
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  address: string,
  body?: unknown,
): Promise<T> {
  const response = await server.asOperator(method, `${path}${address}`, body);
  expect(response.status, JSON.stringify(response.body)).toBe(status);
  return response.body;
}
const barbers = async () => (await operate<BarberList>(200, 'GET', '/barbers')).barbers;
const period = (starts_minute: number, ends_minute: number) => ({ starts_minute, ends_minute });

describe('barbers', () => {
  test('are returned as created, with an ordered weekly schedule', async () => {
    const schedule = [
      { weekday: 5, periods: [period(780, 1080), period(540, 720)] },
      { weekday: 1, periods: [period(1200, 1560)] },
      { weekday: 2, periods: [] },
    ];
    const service_ids = fixture.services.map((service) => service.id);
    const input = { code: 'ben', name: 'Ben', email: 'ben@example.com', service_ids, schedule };
    const created = await operate<Barber>(201, 'POST', '/barbers', input);
    expect(created).toEqual({
      ...input,
      id: created.id,
      active: true,
      schedule: [
        { weekday: 1, periods: [period(1200, 1560)] },
        { weekday: 5, periods: [period(540, 720), period(780, 1080)] },
      ],
    });
    expect(await barbers()).toContainEqual(created);
    expect((await operate<Problem>(409, 'POST', '/barbers', input)).code).toBe('record_conflict');
  });

  test('keep the fields that an update omits', async () => {
    const [ada] = fixture.barbers;
    const change = (body: unknown) => operate<Barber>(200, 'PATCH', `/barbers/${ada?.id}`, body);
    expect(await change({})).toEqual(ada);
    expect(await change({ name: 'Adaeze' })).toEqual({ ...ada, name: 'Adaeze' });
    expect(await change({ schedule: [] })).toMatchObject({ schedule: [], service_ids: ada?.service_ids });
    expect(await change({ service_ids: [] })).toMatchObject({ name: 'Adaeze', service_ids: [] });
  });

  test('stay unchanged if a part of an update is invalid', async () => {
    const [ada] = fixture.barbers;
    const body = { name: 'Other', service_ids: [ada?.id], schedule: [] };
    expect((await operate<Problem>(422, 'PATCH', `/barbers/${ada?.id}`, body)).code).toBe('service_unknown');
    expect(await barbers()).toEqual([ada]);
  });

  test('are listed for operators but not on the shop page when inactive', async () => {
    const [ada] = fixture.barbers;
    await operate(200, 'PATCH', `/barbers/${ada?.id}`, { active: false });
    expect(await barbers()).toMatchObject([{ id: ada?.id, active: false }]);
    expect(((await server.asGuest('GET', path)).body as Shop).barbers).toEqual([]);
  });

  test('of another shop are not found', async () => {
    const other = await makeShop(server.asOperator);
    const id = other.barbers[0]?.id;
    await operate(404, 'PATCH', `/barbers/${id}`, { name: 'X' });
    const hours = { starts_at: '2026-12-01T09:00:00Z', ends_at: '2026-12-01T10:00:00Z' };
    await operate(404, 'POST', `/barbers/${id}/time-off`, hours);
  });
});

describe('time off and overrides', () => {
  test('lists time off until it ends, in the zone of the shop, and deletes it', async () => {
    const [ada] = fixture.barbers;
    const address = `/barbers/${ada?.id}/time-off`;
    const body = { starts_at: '2026-12-24T12:00:00Z', ends_at: '2026-12-27T00:00:00Z', reason: 'Holidays' };
    const created = await operate<TimeOff>(201, 'POST', address, body);
    expect(created).toMatchObject({
      starts_at: '2026-12-24T07:00:00-05:00',
      ends_at: '2026-12-26T19:00:00-05:00',
    });
    const past = { starts_at: '2026-11-01T12:00:00Z', ends_at: '2026-11-02T12:00:00Z' };
    await operate(201, 'POST', address, past);
    expect(await operate(200, 'GET', address)).toEqual({ time_off: [created] });
    await operate(400, 'POST', address, { starts_at: past.ends_at, ends_at: past.starts_at });
    await operate(204, 'DELETE', `/time-off/${created.id}`);
    await operate(404, 'DELETE', `/time-off/${created.id}`);
    expect(await operate(200, 'GET', address)).toEqual({ time_off: [] });
  });

  test('replaces an override of the same date, separately for the shop and each barber', async () => {
    const [ada] = fixture.barbers;
    const set = (body: Record<string, unknown>) =>
      operate<DateOverride>(201, 'POST', '/overrides', { date: '2026-12-24', ...body });
    await set({ periods: [] });
    const shop = await set({ periods: [period(540, 720)], reason: 'Short day' });
    await set({ barber_id: ada?.id, periods: [period(0, 60)] });
    const own = await set({ barber_id: ada?.id, periods: [] });
    const { overrides } = await operate<{ overrides: DateOverride[] }>(
      200,
      'GET',
      '/overrides?from=2026-12-24&days=1',
    );
    expect(overrides).toHaveLength(2);
    expect(overrides).toEqual(expect.arrayContaining([shop, own]));
    await operate(204, 'DELETE', `/overrides/${own.id}`);
    expect(await operate(200, 'GET', '/overrides?from=2026-12-24&days=1')).toEqual({ overrides: [shop] });
    expect(await operate(200, 'GET', '/overrides?from=2026-12-25')).toEqual({ overrides: [] });
  });

  test('does not delete records of another shop', async () => {
    const other = await makeShop(server.asOperator);
    const there = `/api/v1/shops/${other.shop.slug}/overrides`;
    const { body } = await server.asOperator('POST', there, { date: '2026-12-24', periods: [] });
    await operate(404, 'DELETE', `/overrides/${(body as DateOverride).id}`);
    expect((await server.asOperator('GET', `${there}?from=2026-12-24`)).body).toEqual({ overrides: [body] });
  });
});

describe('services and shops', () => {
  test('updates single fields of a service, and hides it from the shop page when inactive', async () => {
    const [cut] = fixture.services;
    const address = `/services/${cut?.id}`;
    expect(await operate<Service>(200, 'PATCH', address, { price_cents: 0 })).toEqual({
      ...cut,
      price_cents: 0,
    });
    await operate(201, 'POST', '/services', { code: 'X', name: 'X', duration_minutes: 5, price_cents: 1 });
    expect((await operate<Problem>(409, 'PATCH', address, { code: 'X' })).code).toBe('record_conflict');
    await operate(200, 'PATCH', address, { active: false });
    const page: Shop = (await server.asGuest('GET', path)).body;
    expect(page.services.map((service) => service.code)).toEqual(['X']);
    expect(page.barbers[0]?.service_ids).toEqual([]);
  });

  test('gives a slug to only one of several concurrent requests', async () => {
    const input = {
      organisation: { slug: 'rush', name: 'Rush' },
      slug: 'rush-hour',
      name: 'Rush',
      zone: 'UTC',
      currency: 'EUR',
      country: 'DE',
    };
    const responses = await Promise.all(
      Array.from({ length: 6 }, () => server.asOperator('POST', '/api/v1/shops', input)),
    );
    expect(responses.map((response) => response.status).sort()).toEqual([201, 409, 409, 409, 409, 409]);
    expect(new Set(responses.flatMap((it) => (it.body as Problem).code ?? []))).toEqual(
      new Set(['slug_taken']),
    );
  });

  test('updates single fields of a policy', async () => {
    const before = fixture.shop.policy;
    const { policy } = await operate<Shop>(200, 'PATCH', '', { policy: { same_day_cutoff_minute: 900 } });
    expect(policy).toEqual({ ...before, same_day_cutoff_minute: 900 });
    const again = await operate<Shop>(200, 'PATCH', '', { policy: { same_day_cutoff_minute: null } });
    expect(again.policy).toEqual(before);
  });

  test('returns the current date in the zone of the shop', async () => {
    server.clock.set('2026-11-24T04:59:59Z');
    expect(((await server.asGuest('GET', path)).body as Shop).today).toBe('2026-11-23');
    server.clock.set('2026-11-24T05:00:00Z');
    expect(((await server.asGuest('GET', path)).body as Shop).today).toBe('2026-11-24');
    server.clock.set('2026-11-23T08:00:00-05:00');
  });
});

test('returns the weekly schedule of the fixture', async () => {
  expect((await barbers())[0]?.schedule).toEqual(everyDay);
});
