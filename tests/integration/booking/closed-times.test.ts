import type { Problem } from '@bookedbarber/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type InProcess, startInProcess } from '../../support/in-process.ts';
import type { ShopFixtureOptions } from '../../support/shop-fixture.ts';
import { barbersOf, guest, TestShop } from '../../support/test-shop.ts';

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

describe('rejects a booking', () => {
  test('that overlaps time off', async () => {
    const shop = await open();
    const barber = shop.fixture.barbers[0]?.id;
    const path = `${shop.path}/barbers/${barber}/time-off`;
    await server.asOperator('POST', path, { starts_at: at('12:00'), ends_at: at('13:00') });
    const starts = await shop.starts([shop.segment(0)]);
    expect(starts.filter((time) => time >= '11:00' && time <= '13:10')).toEqual([
      '11:00',
      '11:10',
      '11:20',
      '11:30',
      '13:00',
      '13:10',
    ]);
    expect(await shop.code([shop.segment(0)], at('12:30'))).toBe('slot_taken');
  });

  test('on a holiday, except with a barber who has an override', async () => {
    const shop = await open({ barbers: [{ name: 'Ada' }, { name: 'Ben' }] });
    await server.asOperator('POST', `${shop.path}/overrides`, { date: day, periods: [], reason: 'Holiday' });
    expect(await shop.starts([shop.segment(0)])).toEqual([]);
    expect(await shop.code([shop.segment(0)], at('10:00'))).toBe('slot_taken');
    const periods = [{ starts_minute: 600, ends_minute: 660 }];
    await server.asOperator('POST', `${shop.path}/overrides`, {
      barber_id: shop.fixture.barbers[1]?.id,
      date: day,
      periods,
    });
    expect(await shop.starts([shop.segment(0)])).toEqual(['10:00', '10:10', '10:20', '10:30']);
    expect(barbersOf(await shop.booked([shop.segment(0)], at('10:30')))).toEqual(['Ben']);
  });

  test('outside the limited hours of the shop', async () => {
    const shop = await open();
    const periods = [{ starts_minute: 0, ends_minute: 600 }];
    await server.asOperator('POST', `${shop.path}/overrides`, { date: day, periods });
    expect(await shop.starts([shop.segment(0)])).toEqual(['09:00', '09:10', '09:20', '09:30']);
    expect(await shop.code([shop.segment(0)], at('09:40'))).toBe('slot_taken');
  });

  test('with an inactive barber or service', async () => {
    const shop = await open({ ...cutAndBeard });
    const { services, barbers } = shop.fixture;
    await server.asOperator('PATCH', `${shop.path}/barbers/${barbers[0]?.id}`, { active: false });
    expect(await shop.code([shop.segment(0, 0)], at('10:00'))).toBe('barber_unknown');
    expect(barbersOf(await shop.booked([shop.segment(0)], at('10:00')))).toEqual(['Ben']);
    await server.asOperator('PATCH', `${shop.path}/services/${services[0]?.id}`, { active: false });
    expect(await shop.code([shop.segment(0)], at('11:00'))).toBe('service_unknown');
  });

  test('with a service, a barber or a hold of another shop', async () => {
    const [here, there] = [await open(), await open()];
    expect(await here.code([there.segment(0)], at('10:00'))).toBe('service_unknown');
    expect(
      await here.code([{ ...here.segment(0), barber_id: there.fixture.barbers[0]?.id }], at('10:00')),
    ).toBe('barber_unknown');
    const held = await server.asGuest('POST', `${there.path}/holds`, {
      segments: [there.segment(0)],
      start: at('10:00'),
    });
    const hold_id = (held.body as { id: string }).id;
    const stolen = await server.asGuest('POST', `${here.path}/bookings`, { hold_id, client: guest });
    expect((stolen.body as Problem).code).toBe('hold_expired');
    expect((await server.asGuest('DELETE', `${here.path}/holds/${hold_id}`)).status).toBe(204);
    expect((await server.asGuest('POST', `${there.path}/bookings`, { hold_id, client: guest })).status).toBe(
      201,
    );
  });
});

describe('a hold cannot be booked any more', () => {
  /** Holds a time of the first barber, makes a change, and books the hold. Returns the problem code. */
  async function codeAfter(change: (shop: TestShop, barber: string) => Promise<unknown>) {
    const shop = await open();
    const held = await server.asGuest('POST', `${shop.path}/holds`, {
      segments: [shop.segment(0)],
      start: at('10:00'),
    });
    await change(shop, `${shop.path}/barbers/${shop.fixture.barbers[0]?.id}`);
    const input = { hold_id: (held.body as { id: string }).id, client: guest };
    const booked = await server.asGuest('POST', `${shop.path}/bookings`, input);
    return booked.status === 201 ? null : (booked.body as Problem).code;
  }

  test('after time off or a closing day was entered for its time', async () => {
    const timeOff = (from: string, to: string) =>
      codeAfter((_shop, barber) =>
        server.asOperator('POST', `${barber}/time-off`, { starts_at: at(from), ends_at: at(to) }),
      );
    expect(await timeOff('10:20', '12:00')).toBe('slot_taken');
    expect(await timeOff('10:30', '12:00')).toBeNull();
    const closed = { date: day, periods: [] };
    expect(await codeAfter((shop) => server.asOperator('POST', `${shop.path}/overrides`, closed))).toBe(
      'slot_taken',
    );
  });

  test('after its barber has left or no longer offers the service', async () => {
    const patch = (body: object) => codeAfter((_shop, barber) => server.asOperator('PATCH', barber, body));
    expect(await patch({ active: false })).toBe('barber_unknown');
    expect(await patch({ service_ids: [] })).toBe('barber_does_not_offer');
    expect(await patch({ name: 'Ada L.' })).toBeNull();
  });
});
