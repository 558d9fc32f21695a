import { createHmac } from 'node:crypto';
import type { BookingCreated } from '@bookedbarber/contract';
import { until } from '@bookedbarber/redis-tier/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type MailServer, startMailServer } from '../../support/jobs/mail-server.ts';
import { type MailShop, openMailShop } from '../../support/jobs/mail-shop.ts';
import {
  type SmsProviderServer,
  startTwilio,
  twilioAccount,
  twilioError,
} from '../../support/jobs/sms-providers.ts';

const phone = '+12075550142';
let twilio: SmsProviderServer;
let mailServer: MailServer;
let shop: MailShop;
let booked = 0;

beforeAll(async () => {
  twilio = await startTwilio();
  mailServer = await startMailServer();
  shop = await openMailShop({
    redisUrl: null,
    smtpUrl: mailServer.url,
    env: {
      SMS_PROVIDER: 'twilio',
      TWILIO_API_URL: twilio.url,
      TWILIO_ACCOUNT_SID: twilioAccount.sid,
      TWILIO_AUTH_TOKEN: twilioAccount.token,
      SMS_FROM: '+15005550006',
    },
  });
});
afterEach(async () => {
  await shop.renew();
  mailServer.clear();
  twilio.clear();
});
afterAll(async () => {
  await shop.close();
  await mailServer.stop();
  await twilio.close();
});

/** Books a time, each time a day later. */
async function bookByText(): Promise<BookingCreated> {
  const { slug } = shop.fixture.shop;
  booked += 1;
  const response = await shop.asGuest('POST', `/api/v1/shops/${slug}/bookings`, {
    segments: [{ service_id: shop.fixture.services[0]?.id }],
    start: new Date(
      Math.ceil((shop.clock.nowMs() + (3 + booked) * 86_400_000) / 86_400_000) * 86_400_000 + 15 * 3_600_000,
    ).toISOString(),
    client: { name: 'Zoë', email: 'zoe@example.com', phone, preferences: { channel: 'sms' } },
  });
  expect(response.status, JSON.stringify(response.body)).toBe(201);
  return response.body as BookingCreated;
}

const stateOf = (created: BookingCreated) =>
  until(
    'the confirmation is finished',
    async () => (await shop.messagesOf(created)).find(({ kind }) => kind === 'confirmation')?.state ?? '',
    (state) => !['pending', 'enqueued', 'sending'].includes(state),
  );

describe('a client who chose text messages', () => {
  test('gets them with the time zone and the link, and no mail; segments are counted', async () => {
    shop.startWorker();
    const created = await bookByText();
    expect(await stateOf(created)).toBe('sent');
    expect(mailServer.mails).toEqual([]);
    const [sms] = twilio.messages;
    expect(sms?.to).toBe(phone);
    expect(sms?.text).toMatch(/: booked for \w{3}, \w{3} \d+.* E[SD]T\. Change or cancel: /);
    expect(sms?.text).toContain(created.manage_url);
    const usage = await shop.context.db.selectFrom('smsUsage').select(['messages', 'segments']).execute();
    expect(usage).toEqual([{ messages: 1, segments: Math.ceil((sms?.text.length ?? 0) / 153) }]);
  });

  test('gets mails after STOP, and text messages again after START', async () => {
    const reply = (body: Record<string, string>, token = twilioAccount.token) => {
      const fields = new URLSearchParams({ From: phone, To: '+15005550006', MessageSid: 'SM1', ...body });
      const sorted = [...fields.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).flat();
      const url = 'http://shop.example/api/v1/sms/twilio';
      return shop.app.inject({
        method: 'POST',
        url: '/api/v1/sms/twilio',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          'x-twilio-signature': createHmac('sha1', token)
            .update(`${url}${sorted.join('')}`)
            .digest('base64'),
        },
        payload: fields.toString(),
      });
    };
    const optOuts = () => shop.context.db.selectFrom('smsOptOut').select('phone').execute();
    expect((await reply({ Body: 'STOP' }, 'another-token')).statusCode).toBe(401);
    expect(await optOuts()).toEqual([]);
    const stopped = await reply({ Body: ' stop. ' });
    expect([stopped.statusCode, stopped.headers['content-type']]).toEqual([200, 'text/xml; charset=utf-8']);
    shop.startWorker();
    expect(await stateOf(await bookByText())).toBe('sent');
    expect([twilio.messages.length, mailServer.mails.length]).toEqual([0, 1]);
    await reply({ Body: 'hello' });
    expect(await optOuts()).toEqual([{ phone }]);
    await reply({ Body: 'Start' });
    expect(await optOuts()).toEqual([]);
    expect(await stateOf(await bookByText())).toBe('sent');
    expect([twilio.messages.length, mailServer.mails.length]).toEqual([1, 1]);
  });

  test('gets a mail if Twilio has their opt-out, which is recorded', async () => {
    twilio.answer({
      status: 400,
      body: twilioError(21610, 'Attempt to send to unsubscribed recipient', 400),
    });
    shop.startWorker();
    expect(await stateOf(await bookByText())).toBe('sent');
    expect(mailServer.mails).toHaveLength(1);
    const rows = await shop.context.db.selectFrom('smsOptOut').select('phone').execute();
    expect(rows).toEqual([{ phone }]);
  });

  test('gets a mail if their number cannot receive text messages', async () => {
    twilio.answer({ status: 400, body: twilioError(21614, 'not a mobile number', 400) });
    shop.startWorker();
    expect(await stateOf(await bookByText())).toBe('sent');
    expect(mailServer.mails).toHaveLength(1);
    expect(await shop.context.db.selectFrom('smsOptOut').select('phone').execute()).toEqual([]);
  });

  test('gets a message once more if Twilio’s response is lost', async () => {
    twilio.dropReplies(1);
    shop.startWorker();
    const created = await bookByText();
    await until(
      'it is sent',
      async () => (await shop.messagesOf(created)).find(({ kind }) => kind === 'confirmation')?.state,
      (state) => state === 'sent',
    );
    expect(twilio.messages).toHaveLength(2);
  });

  test('gets a throttled message later, without a counted attempt', async () => {
    twilio.answer({
      status: 429,
      body: twilioError(20429, 'Too Many Requests', 429),
      headers: { 'retry-after': '30' },
    });
    shop.startWorker();
    const created = await bookByText();
    const row = await until(
      'it is postponed',
      () =>
        shop.context.db
          .selectFrom('outboxMessage')
          .select(['attempts', 'state', 'lastError'])
          .where('bookingId', '=', created.booking.id)
          .where('kind', '=', 'confirmation')
          .executeTakeFirstOrThrow(),
      ({ lastError }) => lastError !== null,
    );
    expect(row).toMatchObject({ attempts: 0, state: 'pending' });
    twilio.answer(null);
    shop.clock.forward(31_000);
    expect(await stateOf(created)).toBe('sent');
  });
});

describe('a booking with a phone number and no email address', () => {
  const onlyText = (created: BookingCreated) =>
    shop.context.db
      .updateTable('booking')
      .set({ email: null })
      .where('id', '=', created.booking.id)
      .execute();
  const finished = (created: BookingCreated, kind: string) =>
    until(
      `the ${kind} is finished`,
      () =>
        shop.context.db
          .selectFrom('outboxMessage')
          .select(['state', 'lastError'])
          .where('bookingId', '=', created.booking.id)
          .where('kind', '=', kind)
          .where('supersededAt', 'is', null)
          .executeTakeFirst(),
      (row) => row !== undefined && ['sent', 'failed', 'cancelled'].includes(row.state),
    );
  const forwardTo = (instant: string, hours: number) =>
    shop.clock.forward(Date.parse(instant) + hours * 3_600_000 - shop.clock.nowMs());

  test('gets every message by text', async () => {
    const policy = { reminders: ['P1D'], quiet_hours: null, change_notice_minutes: 0 };
    await shop.renew({ shop: { zone: 'America/New_York', policy: policy as never } });
    const [created, missed] = [await bookByText(), await bookByText()];
    for (const each of [created, missed]) await onlyText(each);
    shop.startWorker();
    expect(await finished(created, 'confirmation')).toEqual({ state: 'sent', lastError: null });
    await shop.move(created, 21);
    expect(await finished(created, 'reschedule')).toEqual({ state: 'sent', lastError: null });
    await shop.cancel(created);
    expect(await finished(created, 'cancellation')).toEqual({ state: 'sent', lastError: null });
    await finished(missed, 'confirmation');
    forwardTo(missed.booking.starts_at, -23);
    expect(await finished(missed, 'reminder')).toEqual({ state: 'sent', lastError: null });
    forwardTo(missed.booking.starts_at, 1);
    await shop.asOperator('POST', `/api/v1/bookings/${missed.booking.id}/no-show`);
    forwardTo(missed.booking.starts_at, 48);
    expect(await finished(missed, 'follow-up')).toEqual({ state: 'sent', lastError: null });
    const texts = twilio.messages.map(({ text }) => text.replace(/^Fixture Barbers: /, ''));
    for (const start of ['booked for ', 'your appointment is now ', 'see you ', 'we missed you'])
      expect(texts.filter((text) => text.startsWith(start)).length).toBeGreaterThan(0);
    expect(texts.filter((text) => text.endsWith(' is cancelled.'))).toHaveLength(1);
    expect(mailServer.mails).toEqual([]);
  });

  test('gets nothing after STOP', async () => {
    const created = await bookByText();
    await onlyText(created);
    await shop.context.db
      .insertInto('smsOptOut')
      .values({ phone, optedOutAt: new Date(shop.clock.nowMs()) })
      .execute();
    shop.startWorker();
    expect(await finished(created, 'confirmation')).toEqual({
      state: 'cancelled',
      lastError: 'the booking has no email address',
    });
  });

  test('gets nothing if the number cannot receive text messages, and the reason is recorded', async () => {
    twilio.answer({ status: 400, body: twilioError(21614, 'not a mobile number', 400) });
    const created = await bookByText();
    await onlyText(created);
    shop.startWorker();
    expect(await finished(created, 'confirmation')).toMatchObject({
      state: 'failed',
      lastError: expect.stringContaining('21614'),
    });
  });

  test('causes no messages about changes if its channel is not text', async () => {
    const created = await shop.book(0);
    await onlyText(created);
    await shop.cancel(created);
    expect(await shop.messagesOf(created)).toMatchObject([{ kind: 'confirmation', state: 'cancelled' }]);
  });
});

test('the usage counts by the day of the shop', async () => {
  // 3:30 UTC is the evening before in New York.
  const dayMs = 86_400_000;
  shop.clock.forward(Math.ceil(shop.clock.nowMs() / dayMs) * dayMs + 12_600_000 - shop.clock.nowMs());
  const date = new Date(shop.clock.nowMs() - dayMs).toISOString().slice(0, 10);
  shop.startWorker();
  expect(await stateOf(await bookByText())).toBe('sent');
  expect(await stateOf(await bookByText())).toBe('sent');
  const segments = twilio.messages.reduce((sum, { text }) => sum + Math.ceil(text.length / 153), 0);
  const usage = shop.context.db.selectFrom('smsUsage').select(['date', 'messages', 'segments']);
  expect(await usage.execute()).toEqual([{ date, messages: 2, segments }]);
});
