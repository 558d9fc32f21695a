import { randomUUID } from 'node:crypto';
import type { Availability, BookingCreated, Shop } from '@bookedbarber/contract';
import { until } from '@bookedbarber/redis-tier/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { type InProcess, startInProcess } from '../../support/in-process.ts';
import { TestShop } from '../../support/test-shop.ts';

/** A Monday morning in New York. */
const now = '2026-11-23T08:00:00-05:00';
const at = (date: string, time: string) => `${date}T${time}:00-05:00`;
const week = (starts_minute: number, ends_minute: number) =>
  [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, periods: [{ starts_minute, ends_minute }] }));

let server: InProcess;
let shop: TestShop;
beforeAll(async () => {
  server = await startInProcess(now, {
    REDIS_URL: inject('redisUrl'),
    REDIS_KEY_PREFIX: `midnight-${randomUUID().slice(0, 8)}`,
  });
  await until('the cache is available', () => server.context.cache.available);
});
afterAll(() => server.close());
beforeEach(() => server.clock.set(now));

/** A shop with a short service and one with the longest buffers, and a barber with these hours every day. */
async function open(starts_minute: number, ends_minute: number): Promise<void> {
  shop = await TestShop.open(server, '2026-11-24', {
    shop: { policy: { slot_interval_minutes: 30 } as never },
    services: [
      { code: 'SHORT' },
      { code: 'PADDED', buffer_before_minutes: 120, buffer_after_minutes: 120 },
      { code: 'LONG', duration_minutes: 60 },
    ],
    barbers: [{ name: 'Ada', schedule: week(starts_minute, ends_minute) }],
  });
}
const [short, padded, long] = [0, 1, 2];

async function get(service: number, date: string) {
  const segment = `${shop.segment(service).service_id}:any`;
  const path = `${shop.path}/availability?segment=${segment}&from=${date}&days=1`;
  const { body, headers } = await server.asGuest('GET', path);
  const starts = (body as Availability).days[0]?.starts.map((start) => start.slice(11, 16)) ?? [];
  return { starts, source: headers.get('x-cache') };
}

/** The first and last free start of a date. */
async function ends(service: number, date: string): Promise<(string | undefined)[]> {
  const { starts } = await get(service, date);
  return [starts[0], starts.at(-1)];
}

/** Waits until the free starts of these dates come from the cache of this process. */
async function cached(...dates: string[]): Promise<void> {
  for (const date of dates)
    for (const service of [short, padded])
      await eventually(async () => expect((await get(service, date)).source).toBe('local'));
}

describe('the buffers of a booking reach across midnight', () => {
  const [before, after] = ['2026-11-25', '2026-11-26'];
  beforeEach(async () => {
    await open(0, 1440);
    await cached(before, after);
  });

  /** The times are offered again after a cancellation of this booking, which is in the cached days. */
  async function isFreedBy({ booking }: BookingCreated): Promise<void> {
    await cached(before, after);
    await server.asOperator('POST', `/api/v1/bookings/${booking.id}/cancel`, {});
    for (const date of [before, after]) expect(await ends(short, date)).toEqual(['00:00', '23:30']);
  }

  test('from a padded booking that ends at midnight', async () => {
    const created = await shop.booked([shop.segment(padded)], at(before, '23:30'));
    expect(await ends(short, before)).toEqual(['00:00', '21:00']);
    expect(await ends(short, after)).toEqual(['02:00', '23:30']);
    expect(await ends(padded, before)).toEqual(['00:00', '19:00']);
    expect(await ends(padded, after)).toEqual(['04:00', '23:30']);
    await isFreedBy(created);
  });

  test('from a padded booking that starts at midnight', async () => {
    const created = await shop.booked([shop.segment(padded)], at(after, '00:00'));
    expect(await ends(short, before)).toEqual(['00:00', '21:30']);
    expect(await ends(short, after)).toEqual(['02:30', '23:30']);
    expect(await ends(padded, before)).toEqual(['00:00', '19:30']);
    await isFreedBy(created);
  });

  test('to a padded start of the next day, as far as the longest buffer', async () => {
    await shop.booked([shop.segment(short)], at(before, '22:00'));
    expect(await ends(padded, after)).toEqual(['00:30', '23:30']);
    expect(await shop.code([shop.segment(padded)], at(after, '00:00'))).toBe('slot_taken');
    await shop.booked([shop.segment(padded)], at(after, '00:30'));
  });

  test('to a padded start of the day before', async () => {
    await shop.booked([shop.segment(short)], at(after, '01:30'));
    expect(await ends(padded, before)).toEqual(['00:00', '23:00']);
    expect(await shop.code([shop.segment(padded)], at(before, '23:30'))).toBe('slot_taken');
    await shop.booked([shop.segment(padded)], at(before, '23:00'));
  });
});

describe('a shift from 20:00 to 2:00', () => {
  const days = ['2026-11-25', '2026-11-26', '2026-11-27'] as const;
  const all = async () => Promise.all(days.map((date) => get(short, date)));
  const evening = ['20:00', '20:30', '21:00', '21:30', '22:00', '22:30', '23:00', '23:30'];
  const night = ['00:00', '00:30', '01:00', '01:30'];
  beforeEach(async () => {
    await open(1200, 1560);
    await cached(...days);
  });

  test('is free on both sides of midnight, also for a service across it', async () => {
    for (const { starts } of await all()) expect(starts).toEqual([...night, ...evening]);
    await shop.booked([shop.segment(long)], at(days[0], '23:30'));
    expect((await get(short, days[0])).starts).toEqual([...night, ...evening.slice(0, -1)]);
    expect((await get(short, days[1])).starts).toEqual([...night.slice(1), ...evening]);
  });

  test.each(['of the barber', 'of the shop'])(
    'with a closing day %s lacks that evening and its night',
    async (of) => {
      const barber = of === 'of the barber' ? { barber_id: shop.fixture.barbers[0]?.id } : {};
      const closed = { ...barber, date: days[0], periods: [] };
      expect((await server.asOperator('POST', `${shop.path}/overrides`, closed)).status).toBe(201);
      expect((await all()).map(({ starts }) => starts)).toEqual([night, evening, [...night, ...evening]]);
      expect(await shop.code([shop.segment(short)], at(days[1], '00:30'))).toBe('slot_taken');
      await shop.booked([shop.segment(short)], at(days[0], '00:30'));
    },
  );

  test('is interrupted by time off across midnight', async () => {
    const path = `${shop.path}/barbers/${shop.fixture.barbers[0]?.id}/time-off`;
    await server.asOperator('POST', path, {
      starts_at: at(days[0], '23:00'),
      ends_at: at(days[1], '01:00'),
    });
    expect((await all()).map(({ starts }) => [starts[0], starts.at(-1)])).toEqual([
      ['00:00', '22:30'],
      ['01:00', '23:30'],
      ['00:00', '23:30'],
    ]);
  });
});

test('cached responses follow the date of the shop', async () => {
  await open(0, 1440);
  const page = async () => (await server.asGuest('GET', shop.path)).body as Shop;
  server.clock.set('2026-11-24T23:59:00-05:00');
  await cached('2026-11-24', '2026-11-25');
  expect((await page()).today).toBe('2026-11-24');
  expect((await get(short, '2026-11-24')).starts).toEqual([]);
  server.clock.set('2026-11-25T00:00:01-05:00');
  expect((await page()).today).toBe('2026-11-25');
  expect(await ends(short, '2026-11-25')).toEqual(['00:30', '23:30']);
});
