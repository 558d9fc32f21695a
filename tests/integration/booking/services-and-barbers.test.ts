import type { BookingCreated } from '@bookedbarber/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type InProcess, startInProcess } from '../../support/in-process.ts';
import type { ShopFixtureOptions } from '../../support/shop-fixture.ts';
import { barbersOf, TestShop } from '../../support/test-shop.ts';

/** A Monday morning in New York. */
const now = '2026-11-23T08:00:00-05:00';
const day = '2026-11-24';
const at = (time: string, date = day) => `${date}T${time}:00-05:00`;

let server: InProcess;
beforeAll(async () => {
  server = await startInProcess(now);
});
afterAll(() => server.close());
beforeEach(() => server.clock.set(now));

const open = (options: ShopFixtureOptions = {}) => TestShop.open(server, day, options);

const cutAndBeard = {
  services: [
    {
      code: 'CUT',
      duration_minutes: 30,
      price_cents: 3000,
      buffer_before_minutes: 10,
      buffer_after_minutes: 10,
    },
    {
      code: 'BEARD',
      duration_minutes: 20,
      price_cents: 1500,
      buffer_before_minutes: 10,
      buffer_after_minutes: 10,
    },
  ],
  barbers: [{ name: 'Ada' }, { name: 'Ben' }],
};

describe('several services', () => {
  test('follow each other, each with its requested barber', async () => {
    const shop = await open(cutAndBeard);
    const { booking } = await shop.booked([shop.segment(0, 0), shop.segment(1, 1)], at('10:00'));
    expect(booking).toMatchObject({ starts_at: at('10:00'), ends_at: at('10:50'), price_cents: 4500 });
    expect(booking.segments.map((it) => [it.barber_name, it.starts_at, it.ends_at])).toEqual([
      ['Ada', at('10:00'), at('10:30')],
      ['Ben', at('10:30'), at('10:50')],
    ]);
  });

  test('of one barber have buffers around them but not between them', async () => {
    const shop = await open({ ...cutAndBeard, barbers: [{ name: 'Ada' }] });
    const { booking } = await shop.booked([shop.segment(0, 0), shop.segment(1, 0)], at('12:00'));
    expect(booking.ends_at).toBe(at('12:50'));
    // The booking blocks 11:50 to 13:00. Another cut takes 30 minutes plus a buffer of 10 minutes on each side.
    const starts = await shop.starts([shop.segment(0, 0)]);
    const around = starts.filter((time) => time >= '11:00' && time <= '13:30');
    expect(around).toEqual(['11:00', '11:10', '13:10', '13:20', '13:30']);
  });

  test('go to one barber if no barber is requested', async () => {
    const shop = await open(cutAndBeard);
    const created = await shop.booked([shop.segment(0), shop.segment(1)], at('10:00'));
    expect(new Set(barbersOf(created)).size).toBe(1);
  });

  test('go to two barbers if neither is free for both', async () => {
    const services = [
      { code: 'CUT', duration_minutes: 30 },
      { code: 'BEARD', duration_minutes: 20 },
    ];
    const shop = await open({ services, barbers: [{ name: 'Ada' }, { name: 'Ben' }] });
    await shop.booked([shop.segment(1, 0)], at('10:40'));
    await shop.booked([shop.segment(0, 1)], at('09:40'));
    const created = await shop.booked([shop.segment(0), shop.segment(1)], at('10:00'));
    expect(barbersOf(created)).toEqual(['Ada', 'Ben']);
    expect(await shop.code([shop.segment(0), shop.segment(1)], at('10:00'))).toBe('slot_taken');
  });

  test('never overlap for one barber', async () => {
    const shop = await open({ ...cutAndBeard, barbers: [{ name: 'Ada' }] });
    const [cut, beard] = [shop.segment(0, 0), shop.segment(1, 0)];
    const responses = await Promise.all([
      shop.book([cut, beard], at('10:00')),
      shop.book([beard, cut], at('10:00')),
      shop.book([beard], at('10:20')),
      shop.book([cut], at('10:20')),
    ]);
    expect(responses.map((response) => response.status).sort()).toEqual([201, 409, 409, 409]);
  });
});

describe('any barber', () => {
  test('distributes the bookings of a day evenly', async () => {
    const shop = await open({ barbers: [{ name: 'Ada' }, { name: 'Ben' }, { name: 'Cem' }] });
    const count: Record<string, number> = {};
    for (let hour = 9; hour < 18; hour += 1) {
      const created = await shop.booked([shop.segment(0)], at(`${String(hour).padStart(2, '0')}:00`));
      for (const name of barbersOf(created)) count[name] = (count[name] ?? 0) + 1;
    }
    expect(count).toEqual({ Ada: 3, Ben: 3, Cem: 3 });
  });

  test('accepts exactly one concurrent booking per barber', async () => {
    const shop = await open({ barbers: [{ name: 'Ada' }, { name: 'Ben' }, { name: 'Cem' }] });
    const responses = await Promise.all(
      Array.from({ length: 8 }, () => shop.book([shop.segment(0)], at('10:00'))),
    );
    const created = responses
      .filter((response) => response.status === 201)
      .map((response) => response.body as BookingCreated);
    expect(created.flatMap(barbersOf).sort()).toEqual(['Ada', 'Ben', 'Cem']);
    expect(await shop.starts([shop.segment(0)])).not.toContain('10:00');
  });

  test('selects only barbers who offer the service', async () => {
    const shop = await open({ ...cutAndBeard, barbers: [{ name: 'Ada' }] });
    const { services } = shop.fixture;
    await server.asOperator('POST', `${shop.path}/barbers`, { name: 'Idle', service_ids: [services[0]?.id] });
    expect(await shop.starts([shop.segment(0)])).toHaveLength(52);
    const [barber] = shop.fixture.barbers;
    await server.asOperator('PATCH', `${shop.path}/barbers/${barber?.id}`, {
      service_ids: [services[1]?.id],
    });
    expect(await shop.starts([shop.segment(0)])).toEqual([]);
    expect(await shop.code([shop.segment(0)], at('10:00'))).toBe('slot_taken');
    expect(await shop.code([shop.segment(0, 0)], at('10:00'))).toBe('barber_does_not_offer');
  });
});

test('the longest possible booking can be booked at every offered start', async () => {
  const day = (weekday: number) => ({ weekday, periods: [{ starts_minute: 0, ends_minute: 1440 }] });
  const shop = await open({
    services: [
      { code: 'MARATHON', duration_minutes: 720, buffer_before_minutes: 120, buffer_after_minutes: 120 },
    ],
    barbers: [{ name: 'Ada', schedule: [1, 2, 3, 4, 5, 6, 7].map(day) }],
  });
  // Sixty hours, until the third day. Another booking starts right after its last buffer.
  const segments = Array.from({ length: 5 }, () => shop.segment(0));
  await shop.booked([shop.segment(0)], at('10:00', '2026-11-27'));
  const offered = await shop.starts(segments, '2026-11-24');
  expect(offered.at(-1)).toBe('18:00');
  expect(await shop.code(segments, at('18:10'))).toBe('slot_taken');
  await shop.booked(segments, at('18:00'));
});
