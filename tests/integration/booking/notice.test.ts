import type { Booking, Hold } from '@bookedbarber/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type InProcess, startInProcess } from '../../support/in-process.ts';
import type { ShopFixtureOptions } from '../../support/shop-fixture.ts';
import { guest, linkOf, TestShop } from '../../support/test-shop.ts';

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
const withPolicy = (policy: Record<string, unknown>): ShopFixtureOptions => ({
  shop: { policy: policy as never },
});

describe('the booking policy', () => {
  test('enforces the minimum notice to the second', async () => {
    const shop = await open(withPolicy({ min_notice_minutes: 120 }));
    const today = now.slice(0, 10);
    expect((await shop.starts([shop.segment(0)], today))[0]).toBe('10:00');
    expect(await shop.code([shop.segment(0)], at('09:50', today))).toBe('too_soon');
    await shop.booked([shop.segment(0)], at('10:00', today));
    server.clock.set('2026-11-23T08:00:01-05:00');
    expect((await shop.starts([shop.segment(0)], today))[0]).toBe('10:30');
  });

  test('enforces the maximum number of days in advance', async () => {
    const shop = await open(withPolicy({ max_advance_days: 3 }));
    await shop.booked([shop.segment(0)], at('17:30', '2026-11-26'));
    expect(await shop.starts([shop.segment(0)], '2026-11-27')).toEqual([]);
    expect(await shop.code([shop.segment(0)], at('09:00', '2026-11-27'))).toBe('too_far_ahead');
  });

  test('closes the day at the same-day cutoff', async () => {
    const shop = await open(withPolicy({ same_day_cutoff_minute: 600 }));
    const today = now.slice(0, 10);
    server.clock.set('2026-11-23T09:59:59-05:00');
    expect(await shop.starts([shop.segment(0)], today)).toContain('15:00');
    server.clock.set('2026-11-23T10:00:00-05:00');
    expect(await shop.starts([shop.segment(0)], today)).toEqual([]);
    expect(await shop.code([shop.segment(0)], at('15:00', today))).toBe('same_day_closed');
    await shop.booked([shop.segment(0)], at('09:00'));
  });

  test('does not apply to staff, who still cannot book a taken time or the past', async () => {
    const shop = await open(
      withPolicy({ min_notice_minutes: 1440, max_advance_days: 1, same_day_cutoff_minute: 0 }),
    );
    const today = now.slice(0, 10);
    expect(await shop.code([shop.segment(0)], at('09:00', today))).toBe('same_day_closed');
    await shop.booked([shop.segment(0)], at('09:00', today), server.asOperator);
    await shop.booked([shop.segment(0)], at('09:00', '2026-12-24'), server.asOperator);
    expect(await shop.code([shop.segment(0)], at('09:10', today), server.asOperator)).toBe('slot_taken');
    expect(await shop.code([shop.segment(0)], at('07:50', today), server.asOperator)).toBe('start_in_past');
    expect(await shop.code([shop.segment(0)], at('08:00', '2026-12-24'), server.asOperator)).toBe(
      'slot_taken',
    );
  });
});

test('releasing a hold frees its time immediately, and is idempotent', async () => {
  const shop = await open();
  const segments = [shop.segment(0)];
  const held = await server.asGuest('POST', `${shop.path}/holds`, { segments, start: at('10:00') });
  const hold = `${shop.path}/holds/${(held.body as Hold).id}`;
  expect(await shop.starts(segments)).not.toContain('10:00');
  expect((await server.asGuest('DELETE', hold)).status).toBe(204);
  expect(await shop.starts(segments)).toContain('10:00');
  expect((await server.asGuest('DELETE', hold)).status).toBe(204);
  const created = await shop.booked(segments, at('10:00'));
  // The route does not delete bookings, even with the id of a booking.
  expect((await server.asGuest('DELETE', `${shop.path}/holds/${created.booking.id}`)).status).toBe(204);
  const still = await server.asGuest(
    'GET',
    `/api/v1/bookings/${created.booking.id}`,
    undefined,
    linkOf(created),
  );
  expect((still.body as Booking).status).toBe('confirmed');
});

test('the time of an expired hold is offered before its row is deleted', async () => {
  const shop = await open();
  const segments = [shop.segment(0)];
  await server.asGuest('POST', `${shop.path}/holds`, { segments, start: at('10:00') });
  server.clock.set('2026-11-23T08:04:59-05:00');
  expect(await shop.starts(segments)).not.toContain('10:00');
  server.clock.set('2026-11-23T08:05:00-05:00');
  expect(await shop.starts(segments)).toContain('10:00');
});

test('a guest can hold two times, and book one of them without losing the other', async () => {
  const shop = await open();
  const segments = [shop.segment(0)];
  const hold = async (time: string) =>
    (await server.asGuest('POST', `${shop.path}/holds`, { segments, start: at(time) })).body as Hold;
  const book = async ({ id }: Hold) =>
    (await server.asGuest('POST', `${shop.path}/bookings`, { hold_id: id, client: guest })).status;
  const [first, second] = [await hold('10:00'), await hold('11:00')];
  expect(first.expires_at).toBe('2026-11-23T08:05:00-05:00');
  expect(await book(first)).toBe(201);
  expect(await shop.code(segments, at('11:00'))).toBe('slot_taken');
  server.clock.set('2026-11-23T08:04:59.999-05:00');
  expect(await book(second)).toBe(201);
});

test('the expired holds of several guests make way for one booking', async () => {
  const shop = await open({ services: [{ code: 'CUT' }, { code: 'LONG', duration_minutes: 90 }] });
  for (const time of ['10:00', '10:30', '11:00'])
    await server.asGuest('POST', `${shop.path}/holds`, { segments: [shop.segment(0)], start: at(time) });
  expect(await shop.code([shop.segment(1)], at('10:00'))).toBe('slot_taken');
  server.clock.set('2026-11-23T08:05:00-05:00');
  await shop.booked([shop.segment(1)], at('10:00'));
});

test('concurrent requests convert a hold to one booking', async () => {
  const shop = await open();
  const body = { segments: [shop.segment(0)], start: at('10:00') };
  const held = await server.asGuest('POST', `${shop.path}/holds`, body);
  const input = { hold_id: (held.body as Hold).id, client: guest };
  const book = () => server.asGuest('POST', `${shop.path}/bookings`, input);
  const responses = await Promise.all([
    book(),
    book(),
    book(),
    book(),
    shop.book(body.segments, body.start),
    book(),
  ]);
  expect(responses.map((response) => response.status).sort()).toEqual([201, 409, 409, 409, 409, 409]);
  expect((await book()).status).toBe(409);
});

test('when a hold expires, exactly one of several concurrent requests books its time', async () => {
  for (let round = 0; round < 5; round += 1) {
    server.clock.set(now);
    const shop = await open();
    const body = { segments: [shop.segment(0)], start: at('10:00') };
    const held = await server.asGuest('POST', `${shop.path}/holds`, body);
    const input = { hold_id: (held.body as Hold).id, client: guest };
    const asHolder = server.asGuest('POST', `${shop.path}/bookings`, input);
    server.clock.set('2026-11-23T08:05:00-05:00');
    const responses = await Promise.all([
      asHolder,
      ...[1, 2, 3].map(() => shop.book(body.segments, body.start)),
    ]);
    expect(responses.map((response) => response.status).sort()).toEqual([201, 409, 409, 409]);
  }
});

test('a hold is not found as a booking', async () => {
  const shop = await open();
  const held = await server.asGuest('POST', `${shop.path}/holds`, {
    segments: [shop.segment(0)],
    start: at('10:00'),
  });
  const { id } = held.body as Hold;
  for (const verb of ['cancel', 'confirm', 'complete', 'no-show']) {
    expect((await server.asOperator('POST', `/api/v1/bookings/${id}/${verb}`, {})).status).toBe(404);
  }
  expect((await server.asOperator('GET', `/api/v1/bookings/${id}`)).status).toBe(404);
});
