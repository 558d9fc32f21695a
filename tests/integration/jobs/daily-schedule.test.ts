import type { BookingCreated } from '@bookedbarber/contract';
import { until } from '@bookedbarber/redis-tier/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { enqueueDailySchedules } from '../../../apps/server/src/notifications/daily-schedule/write-daily-schedules.ts';
import { type MailServer, startMailServer } from '../../support/jobs/mail-server.ts';
import { type MailShop, openMailShop } from '../../support/jobs/mail-shop.ts';

const never = new AbortController().signal;
let mailServer: MailServer;
let shop: MailShop;
beforeEach(async () => {
  mailServer = await startMailServer();
  shop = await openMailShop({
    redisUrl: null,
    smtpUrl: mailServer.url,
    shop: {
      shop: {
        zone: 'America/New_York',
        policy: { reminders: [], daily_schedule_minute: 420, change_notice_minutes: 0 } as never,
      },
      barbers: [
        { name: 'Ada', email: 'ada@example.com' },
        { name: 'Ben' },
        { name: 'Cem', email: 'cem@example.com' },
      ],
    },
  });
});
afterEach(async () => {
  await shop.close();
  await mailServer.stop();
});

const dateOf = (ms: number) => new Date(ms).toLocaleDateString('en-CA', { timeZone: 'America/New_York' });
const offsetOf = (ms: number) =>
  new Intl.DateTimeFormat('en', { timeZone: 'America/New_York', timeZoneName: 'longOffset' })
    .formatToParts(ms)
    .find(({ type }) => type === 'timeZoneName')
    ?.value.slice(3) ?? '';

/** Tomorrow at this time in the shop's zone. */
function tomorrowAt(time: string): string {
  const ms = shop.clock.nowMs() + 86_400_000;
  return `${dateOf(ms)}T${time}:00${offsetOf(ms)}`;
}

async function bookAt(start: string, barber: number, name: string): Promise<BookingCreated> {
  const response = await shop.asGuest('POST', `/api/v1/shops/${shop.fixture.shop.slug}/bookings`, {
    segments: [{ service_id: shop.fixture.services[0]?.id, barber_id: shop.fixture.barbers[barber]?.id }],
    start,
    client: { name, email: `${name.toLowerCase()}@example.com`, phone: '+12075550142' },
    note: 'the usual',
  });
  expect(response.status, JSON.stringify(response.body)).toBe(201);
  return response.body as BookingCreated;
}

function goTo(instant: string): void {
  shop.clock.forward(Date.parse(instant) - shop.clock.nowMs());
}

const schedules = () =>
  shop.context.db.selectFrom('outboxMessage').selectAll().where('kind', '=', 'daily-schedule').execute();

test('sends each barber with appointments a current daily schedule at the shop’s time, in text and HTML', async () => {
  const [nine, ten, later] = [tomorrowAt('09:00'), tomorrowAt('10:00'), tomorrowAt('07:00')];
  await bookAt(ten, 0, 'Zoe');
  await bookAt(nine, 0, 'Yan');
  const cancelled = await bookAt(tomorrowAt('11:00'), 0, 'Xue');
  await bookAt(nine, 1, 'Ben');
  goTo(tomorrowAt('05:59').replace(dateOf(shop.clock.nowMs() + 86_400_000), dateOf(Date.parse(later))));
  expect(await enqueueDailySchedules(shop.context, never), 'not earlier than one hour ahead').toBe(0);
  shop.clock.forward(2 * 60_000);
  expect(await enqueueDailySchedules(shop.context, never)).toBe(2);
  expect(await enqueueDailySchedules(shop.context, never), 'only once per day').toBe(0);
  shop.startWorker();
  await shop.cancel(cancelled);
  expect((await schedules()).map(({ state }) => state)).toEqual(['pending', 'pending']);
  goTo(later);
  const done = await until('they are finished', schedules, (rows) =>
    rows.every(({ finishedAt }) => finishedAt !== null),
  );
  expect(done.map(({ state, lastError }) => [state, lastError]).sort()).toEqual([
    ['cancelled', 'the barber has no appointments on this day'],
    ['sent', null],
  ]);
  const mail = mailServer.mails.find(({ to }) => to?.[0]?.address === 'ada@example.com');
  expect(mail?.subject).toMatch(/^Your day at Fixture Barbers: 2 appointments on /);
  const text = mail?.text ?? '';
  expect(text.indexOf('Yan')).toBeLessThan(text.indexOf('Zoe'));
  expect(text).toMatch(/9:00 AM to 9:30 AM: Service CUT\n {2}Yan, \+12075550142\n {2}Note: the usual/);
  expect(text).toContain('America/New_York');
  expect(text).not.toContain('Xue');
  expect(mail?.html).toContain('<td>Yan, +12075550142</td>');
  expect(mail?.attachments).toEqual([]);
});

test('turning daily schedules off cancels those that are pending', async () => {
  await bookAt(tomorrowAt('09:00'), 0, 'Zoe');
  const seven = tomorrowAt('07:00');
  goTo(seven);
  shop.clock.forward(-60_000);
  await enqueueDailySchedules(shop.context, never);
  await shop.asOperator('PATCH', `/api/v1/shops/${shop.fixture.shop.slug}`, {
    policy: { daily_schedule_minute: null },
  });
  shop.startWorker();
  goTo(seven);
  const done = await until('they are finished', schedules, (rows) =>
    rows.every(({ finishedAt }) => finishedAt !== null),
  );
  expect(new Set(done.map(({ lastError }) => lastError))).toEqual(
    new Set(['the shop has turned off daily schedules']),
  );
  expect(mailServer.mails.filter(({ subject }) => subject?.startsWith('Your day'))).toEqual([]);
});
