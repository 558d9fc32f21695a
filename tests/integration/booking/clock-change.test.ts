import { randomUUID } from 'node:crypto';
import type { Availability, Booking, BookingCreated, Problem } from '@bookedbarber/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type InProcess, startInProcess } from '../../support/in-process.ts';
import { everyDay, makeShop, type ShopFixture } from '../../support/shop-fixture.ts';

let server: InProcess;
beforeAll(async () => {
  server = await startInProcess('2026-10-01T12:00:00Z');
});
afterAll(() => server.close());
beforeEach(() => server.clock.set('2026-10-01T12:00:00Z'));

const guest = { name: 'Zoë', email: 'zoe@example.com' };
/** All 24 hours of every day. */
const roundTheClock = everyDay.map(({ weekday }) => ({
  weekday,
  periods: [{ starts_minute: 0, ends_minute: 1440 }],
}));

function shopIn(zone: string, schedule = everyDay): Promise<ShopFixture> {
  return makeShop(server.asOperator, {
    shop: { zone, policy: { slot_interval_minutes: 30, max_advance_days: 365 } as never },
    barbers: [{ name: 'Ada', schedule }],
  });
}

async function startsOn({ shop, services }: ShopFixture, from: string, days = 1): Promise<string[][]> {
  const path = `/api/v1/shops/${shop.slug}/availability?segment=${services[0]?.id}:any&from=${from}&days=${days}`;
  const response = await server.asGuest('GET', path);
  return (response.body as Availability).days.map((day) => day.starts);
}

function book({ shop, services }: ShopFixture, start: string) {
  return server.asGuest('POST', `/api/v1/shops/${shop.slug}/bookings`, {
    segments: [{ service_id: services[0]?.id }],
    start,
    client: guest,
  });
}

async function booked(fixture: ShopFixture, start: string): Promise<BookingCreated> {
  const response = await book(fixture, start);
  expect(response.status, JSON.stringify(response.body)).toBe(201);
  return response.body;
}

const linkOf = ({ manage_url }: BookingCreated) => ({ 'booking-token': manage_url.split('#')[1] ?? '' });

describe('working hours follow the wall clock before, on and after a clock change', () => {
  test.each([
    ['America/New_York', '2026-10-31', ['-04:00', '-05:00', '-05:00']],
    ['America/New_York', '2027-03-13', ['-05:00', '-04:00', '-04:00']],
    ['Australia/Lord_Howe', '2026-10-03', ['+10:30', '+11:00', '+11:00']],
    ['Australia/Lord_Howe', '2027-04-03', ['+11:00', '+10:30', '+10:30']],
    ['Asia/Beirut', '2026-10-24', ['+03:00', '+02:00', '+02:00']],
    ['Asia/Beirut', '2027-03-27', ['+02:00', '+03:00', '+03:00']],
    ['Asia/Kolkata', '2026-10-31', ['+05:30', '+05:30', '+05:30']],
  ])('%s from %s', async (zone, from, offsets) => {
    if (from > '2027') server.clock.set('2027-02-20T12:00:00Z');
    const days = await startsOn(await shopIn(zone), from, 3);
    expect(days.map((starts) => starts.length)).toEqual([18, 18, 18]);
    expect(days.map((starts) => starts[0]?.slice(11))).toEqual(offsets.map((it) => `09:00:00${it}`));
    expect(days.map((starts) => starts.at(-1)?.slice(11))).toEqual(offsets.map((it) => `17:30:00${it}`));
  });
});

describe('a booking on the afternoon of a clock change', () => {
  test.each([
    ['America/New_York', '2026-11-01T15:00:00-05:00', 'DTSTART:20261101T200000Z'],
    ['America/New_York', '2027-03-14T15:00:00-04:00', 'DTSTART:20270314T190000Z'],
    ['Australia/Lord_Howe', '2026-10-04T15:00:00+11:00', 'DTSTART:20261004T040000Z'],
    ['Asia/Beirut', '2027-03-28T15:00:00+03:00', 'DTSTART:20270328T120000Z'],
    ['Asia/Kolkata', '2026-11-01T15:00:00+05:30', 'DTSTART:20261101T093000Z'],
  ])('in %s at %s is stored as that instant', async (zone, start, dtstart) => {
    if (start > '2027') server.clock.set('2027-02-20T12:00:00Z');
    const fixture = await shopIn(zone);
    const created = await booked(fixture, start);
    expect(created.booking.starts_at).toBe(start);
    const path = `/api/v1/bookings/${created.booking.id}/calendar.ics`;
    expect((await server.asGuest('GET', path, undefined, linkOf(created))).body).toContain(dtstart);
  });
});

test('offers both instants of a repeated hour, and both can be booked', async () => {
  const fixture = await shopIn('America/New_York', roundTheClock);
  const [starts = []] = await startsOn(fixture, '2026-11-01');
  expect(starts).toHaveLength(50);
  const first = '2026-11-01T01:30:00-04:00';
  const second = '2026-11-01T01:30:00-05:00';
  expect(starts).toContain(first);
  expect(starts).toContain(second);
  const one = await booked(fixture, first);
  const other = await booked(fixture, second);
  expect(Date.parse(other.booking.starts_at) - Date.parse(one.booking.starts_at)).toBe(3_600_000);
  expect((await book(fixture, first)).status).toBe(409);
  expect((await book(fixture, second)).status).toBe(409);
  const [left = []] = await startsOn(fixture, '2026-11-01');
  expect(starts.filter((start) => !left.includes(start))).toEqual([first, second]);
});

test('offers both instants of a repeated half hour on Lord Howe Island', async () => {
  server.clock.set('2027-03-20T12:00:00Z');
  const fixture = await shopIn('Australia/Lord_Howe', roundTheClock);
  const [starts = []] = await startsOn(fixture, '2027-04-04');
  expect(starts).toHaveLength(49);
  expect(starts.filter((start) => start.includes('T01:30'))).toEqual([
    '2027-04-04T01:30:00+11:00',
    '2027-04-04T01:30:00+10:30',
  ]);
});

test('does not offer the skipped hour, and reads it with the old offset as the hour after', async () => {
  server.clock.set('2027-03-01T12:00:00Z');
  const fixture = await shopIn('America/New_York', roundTheClock);
  const [starts = []] = await startsOn(fixture, '2027-03-14');
  expect(starts).toHaveLength(46);
  expect(starts.filter((start) => start.includes('T02:'))).toEqual([]);
  // 02:30 with the old offset is the same instant as 03:30 with the new one.
  const created = await booked(fixture, '2027-03-14T02:30:00-05:00');
  expect(created.booking.starts_at).toBe('2027-03-14T03:30:00-04:00');
});

test('a day in Beirut that starts at 01:00 offers 01:00 as its first start', async () => {
  server.clock.set('2027-03-01T12:00:00Z');
  const fixture = await shopIn('Asia/Beirut', roundTheClock);
  const [starts = []] = await startsOn(fixture, '2027-03-28');
  expect(starts[0]).toBe('2027-03-28T01:00:00+03:00');
  expect(starts).toHaveLength(46);
  expect((await booked(fixture, '2027-03-28T01:00:00+03:00')).booking.starts_at).toBe(starts[0]);
});

test('a grid of one hour stays on full hours after the half-hour change on Lord Howe Island', async () => {
  const fixture = await makeShop(server.asOperator, {
    shop: {
      zone: 'Australia/Lord_Howe',
      policy: { slot_interval_minutes: 60, max_advance_days: 365 } as never,
    },
    barbers: [{ name: 'Ada', schedule: roundTheClock }],
  });
  const [starts = []] = await startsOn(fixture, '2026-10-04');
  expect(starts.every((start) => start.slice(14, 16) === '00')).toBe(true);
  expect(starts.map((start) => start.slice(11, 13)).slice(0, 4)).toEqual(['00', '01', '03', '04']);
  const off = await book(fixture, '2026-10-04T03:30:00+11:00');
  expect([off.status, (off.body as Problem).code]).toEqual([422, 'off_grid']);
});

test('a booking rescheduled across a clock change keeps its duration', async () => {
  const fixture = await shopIn('America/New_York');
  const created = await booked(fixture, '2026-10-31T10:00:00-04:00');
  const own = `/api/v1/bookings/${created.booking.id}`;
  const moved = await server.asGuest(
    'POST',
    `${own}/reschedule`,
    { start: '2026-11-01T10:00:00-05:00' },
    { ...linkOf(created), 'idempotency-key': randomUUID() },
  );
  expect(moved.body as Booking).toMatchObject({
    starts_at: '2026-11-01T10:00:00-05:00',
    ends_at: '2026-11-01T10:30:00-05:00',
    change_until: '2026-11-01T08:00:00-05:00',
  });
  const calendar = await server.asGuest('GET', `${own}/calendar.ics`, undefined, linkOf(created));
  expect(calendar.body).toContain('DTSTART:20261101T150000Z');
  expect(calendar.body).toContain('DTEND:20261101T153000Z');
  const [before = []] = await startsOn(fixture, '2026-10-31');
  expect(before).toContain('2026-10-31T10:00:00-04:00');
});

test('a booking across a clock change has its full duration in elapsed time', async () => {
  const fixture = await makeShop(server.asOperator, {
    services: [{ code: 'LONG', duration_minutes: 120 }],
    shop: { zone: 'America/New_York' } as never,
    barbers: [{ name: 'Ada', schedule: roundTheClock }],
  });
  const { booking } = await booked(fixture, '2026-11-01T00:30:00-04:00');
  expect(booking.ends_at).toBe('2026-11-01T01:30:00-05:00');
  expect((await book(fixture, '2026-11-01T01:20:00-05:00')).status).toBe(409);
});
