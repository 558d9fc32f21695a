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

/** Sends as operator, expects the status, gives back the body. */
async function operate<T>(
  status: number,
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  address: string,
  body?: unknown,
): Promise<T> {
  const answer = await server.asOperator(method, `${path}${address}`, body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(status);
  return answer.body;
}
const barbers = async () => (await operate<BarberList>(200, 'GET', '/barbers')).barbers;
const period = (starts_minute: number, ends_minute: number) => ({ starts_minute, ends_minute });

describe('barbers', () => {
  test('are shown as they were made, with their week in order', async () => {
    const schedule = [
      { weekday: 5, periods: [period(780, 1080), period(540, 720)] },
      { weekday: 1, periods: [period(1200, 1560)] },
      { weekday: 2, periods: [] },
    ];
    const service_ids = fixture.services.map((service) => service.id);
    const input = { code: 'ben', name: 'Ben', email: 'ben@example.com', service_ids, schedule };
    const made = await operate<Barber>(201, 'POST', '/barbers', input);
    expect(made).toEqual({
      ...input,
      id: made.id,
      active: true,
      schedule: [
        { weekday: 1, periods: [period(1200, 1560)] },
        { weekday: 5, periods: [period(540, 720), period(780, 1080)] },
      ],
    });
    expect(await barbers()).toContainEqual(made);
    expect((await operate<Problem>(409, 'POST', '/barbers', input)).code).toBe('record_conflict');
  });

  test('keep what a change does not name', async () => {
    const [ada] = fixture.barbers;
    const change = (body: unknown) => operate<Barber>(200, 'PATCH', `/barbers/${ada?.id}`, body);
    expect(await change({})).toEqual(ada);
    expect(await change({ name: 'Adaeze' })).toEqual({ ...ada, name: 'Adaeze' });
    expect(await change({ schedule: [] })).toMatchObject({ schedule: [], service_ids: ada?.service_ids });
    expect(await change({ service_ids: [] })).toMatchObject({ name: 'Adaeze', service_ids: [] });
  });

  test('are wholly unchanged when one part of a change is refused', async () => {
    const [ada] = fixture.barbers;
    const body = { name: 'Other', service_ids: [ada?.id], schedule: [] };
    expect((await operate<Problem>(422, 'PATCH', `/barbers/${ada?.id}`, body)).code).toBe('service_unknown');
    expect(await barbers()).toEqual([ada]);
  });

  test('who left are on the operators’ list and on no page', async () => {
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
  test('time off is listed until it ends, in the zone of the shop, and can be taken back', async () => {
    const [ada] = fixture.barbers;
    const address = `/barbers/${ada?.id}/time-off`;
    const body = { starts_at: '2026-12-24T12:00:00Z', ends_at: '2026-12-27T00:00:00Z', reason: 'Holidays' };
    const made = await operate<TimeOff>(201, 'POST', address, body);
    expect(made).toMatchObject({
      starts_at: '2026-12-24T07:00:00-05:00',
      ends_at: '2026-12-26T19:00:00-05:00',
    });
    const past = { starts_at: '2026-11-01T12:00:00Z', ends_at: '2026-11-02T12:00:00Z' };
    await operate(201, 'POST', address, past);
    expect(await operate(200, 'GET', address)).toEqual({ time_off: [made] });
    await operate(400, 'POST', address, { starts_at: past.ends_at, ends_at: past.starts_at });
    await operate(204, 'DELETE', `/time-off/${made.id}`);
    await operate(404, 'DELETE', `/time-off/${made.id}`);
    expect(await operate(200, 'GET', address)).toEqual({ time_off: [] });
  });

  test('a second override of a date stands instead of the first, for shop and barber apart', async () => {
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

  test('those of another shop cannot be removed', async () => {
    const other = await makeShop(server.asOperator);
    const there = `/api/v1/shops/${other.shop.slug}/overrides`;
    const { body } = await server.asOperator('POST', there, { date: '2026-12-24', periods: [] });
    await operate(404, 'DELETE', `/overrides/${(body as DateOverride).id}`);
    expect((await server.asOperator('GET', `${there}?from=2026-12-24`)).body).toEqual({ overrides: [body] });
  });
});

describe('services and shops', () => {
  test('a service changes field by field and leaves the page when it is set inactive', async () => {
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

  test('a shop keeps its name in addresses for itself, also when two ask at once', async () => {
    const input = {
      organisation: { slug: 'rush', name: 'Rush' },
      slug: 'rush-hour',
      name: 'Rush',
      zone: 'UTC',
      currency: 'EUR',
      country: 'DE',
    };
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => server.asOperator('POST', '/api/v1/shops', input)),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 409, 409, 409, 409, 409]);
    expect(new Set(answers.flatMap((it) => (it.body as Problem).code ?? []))).toEqual(
      new Set(['slug_taken']),
    );
  });

  test('a policy changes field by field', async () => {
    const before = fixture.shop.policy;
    const { policy } = await operate<Shop>(200, 'PATCH', '', { policy: { same_day_cutoff_minute: 900 } });
    expect(policy).toEqual({ ...before, same_day_cutoff_minute: 900 });
    const again = await operate<Shop>(200, 'PATCH', '', { policy: { same_day_cutoff_minute: null } });
    expect(again.policy).toEqual(before);
  });

  test('the page says today’s date in the zone of the shop', async () => {
    server.clock.set('2026-11-24T04:59:59Z');
    expect(((await server.asGuest('GET', path)).body as Shop).today).toBe('2026-11-23');
    server.clock.set('2026-11-24T05:00:00Z');
    expect(((await server.asGuest('GET', path)).body as Shop).today).toBe('2026-11-24');
    server.clock.set('2026-11-23T08:00:00-05:00');
  });
});

test('the week of the fixture is what the operators see', async () => {
  expect((await barbers())[0]?.schedule).toEqual(everyDay);
});
