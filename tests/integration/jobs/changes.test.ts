import { until } from '@bookedbarber/redis-tier/testing';
import type { Email } from 'postal-mime';
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { type MailServer, startMailServer } from '../../support/jobs/mail-server.ts';
import { type MailShop, openMailShop } from '../../support/jobs/mail-shop.ts';

let mailServer: MailServer;
let shop: MailShop;

beforeAll(async () => {
  mailServer = await startMailServer();
  shop = await openMailShop({ redisUrl: inject('redisUrl'), smtpUrl: mailServer.url });
});
afterAll(async () => {
  await shop.close();
  await mailServer.stop();
});
afterEach(async () => {
  await shop.renew();
  mailServer.clear();
});

const mailsTo = (email: string | null): Email[] =>
  mailServer.mails.filter((mail) => mail.to?.[0]?.address === email);
const calendarOf = (mail: Email | undefined): string =>
  new TextDecoder().decode(mail?.attachments[0]?.content as Uint8Array);
const allFinished = () =>
  until(
    'all messages are finished',
    () => shop.counts(),
    ({ pending = 0, enqueued = 0, sending = 0, unknown = 0 }) => pending + enqueued + sending + unknown === 0,
  );

test('a booking cancelled before its confirmation is claimed causes no mail', async () => {
  const cancelled = await shop.book(0);
  await shop.cancel(cancelled);
  const other = await shop.book(1);
  shop.startWorker();
  await allFinished();
  expect(mailServer.mails.map((mail) => mail.to?.[0]?.address)).toEqual([other.booking.client.email]);
  expect(await shop.messagesOf(cancelled)).toMatchObject([{ kind: 'confirmation', state: 'cancelled' }]);
});

test('a booking moved before its confirmation is claimed gets one confirmation, with the new time', async () => {
  const moved = await shop.book(0);
  await shop.move(moved, 3);
  shop.startWorker();
  await allFinished();
  const mails = mailsTo(moved.booking.client.email);
  expect(mails).toHaveLength(1);
  expect(mails[0]?.text).toContain('12:00 PM to 12:30 PM');
  expect(mails[0]?.subject).toMatch(/^Your appointment at/);
  expect(await shop.messagesOf(moved)).toMatchObject([
    { kind: 'confirmation', version: 1, state: 'cancelled' },
    { kind: 'confirmation', version: 2, state: 'sent' },
  ]);
});

test('a client with a confirmation gets mails about the move and the cancellation', async () => {
  shop.startWorker();
  const created = await shop.book(0);
  await allFinished();
  await shop.move(created, 3);
  await allFinished();
  await shop.cancel(created);
  await allFinished();
  const mails = mailsTo(created.booking.client.email);
  expect(mails.map((mail) => mail.subject?.replace(/(rescheduled to|,) .*/, '$1'))).toEqual([
    'Your appointment at Fixture Barbers,',
    'Your appointment at Fixture Barbers was rescheduled to',
    'Your appointment at Fixture Barbers is cancelled',
  ]);
  expect(mails[1]?.text).toContain('12:00 PM to 12:30 PM');
  expect(calendarOf(mails[1])).toContain('SEQUENCE:1');
  expect(calendarOf(mails[2])).toContain('METHOD:CANCEL');
  expect(calendarOf(mails[2])).toContain('SEQUENCE:2');
});

test('a cancellation during the sending of the confirmation is sent after it', async () => {
  const release = mailServer.hold();
  shop.startWorker();
  const created = await shop.book(0);
  await until(
    'the server has the content',
    () => mailServer.waiting,
    (count) => count === 1,
  );
  await shop.cancel(created);
  const states = async () => (await shop.messagesOf(created)).map(({ kind, state }) => [kind, state]);
  expect(await states()).toEqual([
    ['confirmation', 'sending'],
    ['cancellation', 'pending'],
  ]);
  // Another message is claimed meanwhile, which shows that the worker polls.
  const other = await shop.book(1);
  await until(
    'the other is being sent',
    () => mailServer.waiting,
    (count) => count === 2,
  );
  expect((await states())[1]).toEqual(['cancellation', 'pending']);
  release();
  await allFinished();
  expect(mailsTo(created.booking.client.email).map((mail) => mail.subject)).toEqual([
    expect.stringContaining('Your appointment at Fixture Barbers,'),
    'Your appointment at Fixture Barbers is cancelled',
  ]);
  expect(mailsTo(other.booking.client.email)).toHaveLength(1);
});

test('with a slow server, only bookings whose confirmation was claimed before the cancel get mails', async () => {
  const release = mailServer.hold();
  const worker = shop.startWorker({ concurrency: 1 });
  await until(
    'the queue is in use',
    () => worker.jobs.status().by,
    (by) => by === 'queue',
  );
  const created = [];
  for (let number = 0; number < 6; number += 1) created.push(await shop.book(number));
  await until(
    'the server has the first',
    () => mailServer.waiting,
    (count) => count === 1,
  );
  await Promise.all(created.map((one) => shop.cancel(one)));
  const during = await Promise.all(created.map((one) => shop.messagesOf(one)));
  const claimed = created.filter((_, index) => during[index]?.[0]?.state !== 'cancelled');
  expect(claimed).toHaveLength(1);
  release();
  const after = await shop.book(6);
  await allFinished();
  await shop.cancel(after);
  await allFinished();
  for (const one of [...created, after]) {
    const subjects = mailsTo(one.booking.client.email).map((mail) => mail.subject?.includes('is cancelled'));
    expect(subjects).toEqual(one === after || claimed.includes(one) ? [false, true] : []);
  }
});

test('a confirmation with a temporary failure is not retried after a cancel', async () => {
  const release = mailServer.hold();
  shop.startWorker();
  const created = await shop.book(0);
  await until(
    'the server has the content',
    () => mailServer.waiting,
    (count) => count === 1,
  );
  await shop.cancel(created);
  mailServer.answer(451);
  release();
  await until(
    'the confirmation is cancelled',
    () => shop.messagesOf(created),
    ([confirmation]) => confirmation?.state === 'cancelled',
  );
  mailServer.answer(null);
  shop.clock.forward(3_600_000);
  await allFinished();
  expect(mailsTo(created.booking.client.email).map((mail) => mail.subject)).toEqual([
    'Your appointment at Fixture Barbers is cancelled',
  ]);
});

test('with cancellations while workers send, each sent confirmation is followed by a cancellation', async () => {
  shop.startWorker();
  shop.startWorker();
  const created = [];
  for (let number = 0; number < 10; number += 1) created.push(await shop.book(number));
  // At least one confirmation is sent before the cancellations.
  await until(
    'one is sent',
    () => shop.counts(),
    ({ sent = 0 }) => sent > 0,
  );
  await Promise.all(created.map((one) => shop.cancel(one)));
  await allFinished();
  let confirmed = 0;
  for (const one of created) {
    const mails = mailsTo(one.booking.client.email).map((mail) => mail.subject ?? '');
    const states = (await shop.messagesOf(one)).map(({ kind, state }) => `${kind} ${state}`);
    if (states.includes('confirmation sent')) {
      confirmed += 1;
      expect(states).toEqual(['confirmation sent', 'cancellation sent']);
      expect(mails).toEqual([expect.stringContaining(','), expect.stringContaining('is cancelled')]);
    } else {
      // If the message was claimed just before the cancel and its handler saw the new version, only the cancellation
      // is sent.
      expect(states[0]).toBe('confirmation cancelled');
      expect(mails.every((subject) => subject.includes('is cancelled'))).toBe(true);
    }
  }
  expect(confirmed).toBeGreaterThan(0);
});

test('a booking that needs approval causes a mail for the request and one for the confirmation', async () => {
  await shop.renew({
    shop: { zone: 'America/New_York', policy: { min_notice_minutes: 0, requires_approval: true } },
  });
  shop.startWorker();
  const created = await shop.book(0);
  await allFinished();
  await shop.asOperator('POST', `/api/v1/bookings/${created.booking.id}/confirm`);
  await allFinished();
  const mails = mailsTo(created.booking.client.email);
  expect(mails.map((mail) => mail.subject?.split(' ').slice(0, 2).join(' '))).toEqual([
    'Your request',
    'Your appointment',
  ]);
  expect(calendarOf(mails[0])).toContain('STATUS:TENTATIVE');
  expect(calendarOf(mails[1])).toContain('STATUS:CONFIRMED');
});

test('a client who opted out gets no messages', async () => {
  const created = await shop.book(0);
  const response = await shop.asGuest(
    'PATCH',
    `/api/v1/bookings/${created.booking.id}/preferences`,
    { channel: 'none' },
    { 'booking-token': created.manage_url.split('#')[1] ?? '' },
  );
  expect(response.status).toBe(200);
  shop.startWorker();
  await allFinished();
  expect(mailServer.mails).toEqual([]);
  expect(await shop.messagesOf(created)).toMatchObject([{ state: 'cancelled' }]);
});

test('imported bookings cause no messages', async () => {
  const { services, barbers } = shop.fixture;
  const response = await shop.asOperator('POST', `/api/v1/shops/${shop.fixture.shop.slug}/imports`, {
    rows: [
      {
        ref: 'r1',
        booking_ref: 'v1',
        client_ref: 'c1',
        client_name: 'Old Friend',
        service_id: services[0]?.id,
        barber_id: barbers[0]?.id,
        date: '2026-01-05',
        starts_minute: 600,
        duration_minutes: 30,
        price_cents: 3000,
        status: 'completed',
      },
    ],
  });
  expect(response.body).toMatchObject({ imported: 1 });
  expect(await shop.counts()).toEqual({});
});

test('a rejected or repeated request writes no further message', async () => {
  const key = { 'idempotency-key': 'the-same-key-again' };
  const path = `/api/v1/shops/${shop.fixture.shop.slug}/bookings`;
  const created = await shop.book(0);
  const body = {
    segments: [{ service_id: shop.fixture.services[0]?.id }],
    start: created.booking.starts_at,
    client: { name: 'Too Late', email: 'late@example.com' },
  };
  expect((await shop.asGuest('POST', path, body, key)).status).toBe(409);
  const free = { ...body, start: (await shop.asGuest('POST', path, body, key)).body['next_free']?.[0] };
  expect((await shop.asGuest('POST', path, free, key)).status).toBe(201);
  expect((await shop.asGuest('POST', path, free, key)).status).toBe(201);
  expect(await shop.counts()).toEqual({ pending: 2 });
});

test('escapes markup in names and addresses, and omits a name that contains a URL', async () => {
  const address = '12 <b onclick="alert(1)">High</b> Street';
  await shop.renew({ shop: { zone: 'America/New_York', address } });
  shop.startWorker();
  const path = `/api/v1/shops/${shop.fixture.shop.slug}/bookings`;
  const segments = [{ service_id: shop.fixture.services[0]?.id }];
  const { booking } = await shop.book(0);
  for (const [start, name] of [
    [booking.ends_at, "O'Brien & Sons"],
    [new Date(Date.parse(booking.ends_at) + 1_800_000).toISOString(), 'You won at evil.example/prize'],
  ]) {
    const client = { name, email: 'markup@example.com' };
    expect((await shop.asGuest('POST', path, { segments, start, client })).status).toBe(201);
  }
  await allFinished();
  const mails = mailsTo('markup@example.com').sort((a, b) => (a.text ?? '').length - (b.text ?? '').length);
  expect(mails[0]?.text).toMatch(/^Hello,/);
  expect(mails[0]?.text).not.toContain('evil.example');
  expect(mails[1]?.text).toContain(address);
  expect(mails[1]?.html).not.toContain('<b onclick');
  expect(mails[1]?.html).toContain('12 &lt;b onclick=&quot;alert(1)&quot;&gt;High&lt;/b&gt; Street');
  expect(mails[1]?.html).toContain('Hello O&#39;Brien &amp; Sons,');
});
