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

/** Tomorrow of the shop at this time of its clock. */
function tomorrowAt(time: string): string {
  const ms = shop.clock.nowMs() + 86_400_000;
  return `${dateOf(ms)}T${time}:00${offsetOf(ms)}`;
}

async function bookAt(start: string, barber: number, name: string): Promise<BookingCreated> {
  const answer = await shop.asGuest('POST', `/api/v1/shops/${shop.fixture.shop.slug}/bookings`, {
    segments: [{ service_id: shop.fixture.services[0]?.id, barber_id: shop.fixture.barbers[barber]?.id }],
    start,
    client: { name, email: `${name.toLowerCase()}@example.com`, phone: '+12075550142' },
    note: 'the usual',
  });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body as BookingCreated;
}

function goTo(instant: string): void {
  shop.clock.forward(Date.parse(instant) - shop.clock.nowMs());
}

const lists = () =>
  shop.context.db.selectFrom('outboxMessage').selectAll().where('kind', '=', 'daily-schedule').execute();

test('barbers with visits get their day at the hour of the shop, as it is then, in text and HTML', async () => {
  const [nine, ten, later] = [tomorrowAt('09:00'), tomorrowAt('10:00'), tomorrowAt('07:00')];
  await bookAt(ten, 0, 'Zoe');
  await bookAt(nine, 0, 'Yan');
  const cancelled = await bookAt(tomorrowAt('11:00'), 0, 'Xue');
  await bookAt(nine, 1, 'Ben');
  goTo(tomorrowAt('05:59').replace(dateOf(shop.clock.nowMs() + 86_400_000), dateOf(Date.parse(later))));
  expect(await enqueueDailySchedules(shop.context, never), 'an hour ahead and not sooner').toBe(0);
  shop.clock.forward(2 * 60_000);
  expect(await enqueueDailySchedules(shop.context, never)).toBe(2);
  expect(await enqueueDailySchedules(shop.context, never), 'once').toBe(0);
  shop.startWorker();
  await shop.cancel(cancelled);
  expect((await lists()).map(({ state }) => state)).toEqual(['pending', 'pending']);
  goTo(later);
  const done = await until('they have ended', lists, (rows) =>
    rows.every(({ finishedAt }) => finishedAt !== null),
  );
  expect(done.map(({ state, lastError }) => [state, lastError]).sort()).toEqual([
    ['cancelled', 'there is no visit on this day'],
    ['sent', null],
  ]);
  const mail = mailServer.mails.find(({ to }) => to?.[0]?.address === 'ada@example.com');
  expect(mail?.subject).toMatch(/^Your day at Fixture Barbers: 2 visits on /);
  const text = mail?.text ?? '';
  expect(text.indexOf('Yan')).toBeLessThan(text.indexOf('Zoe'));
  expect(text).toMatch(/9:00 AM to 9:30 AM: Service CUT\n {2}Yan, \+12075550142\n {2}Note: the usual/);
  expect(text).toContain('America/New_York');
  expect(text).not.toContain('Xue');
  expect(mail?.html).toContain('<td>Yan, +12075550142</td>');
  expect(mail?.attachments).toEqual([]);
});

test('a shop that wants none has none, and one that stops wanting them stops those that wait', async () => {
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
  const done = await until('they have ended', lists, (rows) =>
    rows.every(({ finishedAt }) => finishedAt !== null),
  );
  expect(new Set(done.map(({ lastError }) => lastError))).toEqual(
    new Set(['the shop sends no lists of the day any more']),
  );
  expect(mailServer.mails.filter(({ subject }) => subject?.startsWith('Your day'))).toEqual([]);
});
