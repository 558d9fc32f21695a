import { until } from '@bookedbarber/redis-tier/testing';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type MailServer, startMailServer } from '../../support/jobs/mail-server.ts';
import { type MailShop, openMailShop } from '../../support/jobs/mail-shop.ts';

let mailServer: MailServer;
let shop: MailShop;

beforeAll(async () => {
  mailServer = await startMailServer();
  shop = await openMailShop({ redisUrl: inject('redisUrl'), smtpUrl: mailServer.url });
  shop.startWorker();
});
afterAll(async () => {
  await shop.close();
  await mailServer.stop();
});

test('a booking causes one mail with its times in the shop’s zone, the link and the calendar file', async () => {
  const created = await shop.book(0);
  const [message] = await until(
    'it is sent',
    () => shop.messagesOf(created),
    ([first]) => first?.state === 'sent',
  );
  expect(mailServer.mails).toHaveLength(1);
  const [mail] = mailServer.mails;
  const day = new Date(created.booking.starts_at).toLocaleDateString('en-US', {
    timeZone: 'America/New_York',
    dateStyle: 'full',
  });
  expect(mail).toMatchObject({
    from: { address: 'shop@example.com', name: 'Fixture Barbers' },
    to: [{ address: created.booking.client.email }],
    subject: `Your appointment at Fixture Barbers, ${day}`,
    messageId: `<${message?.id}@bookedbarber>`,
  });
  for (const body of [mail?.text, mail?.html]) {
    expect(body).toContain(`${day}, 9:00 AM to 9:30 AM`);
    expect(body).toMatch(/Eastern (Standard|Daylight) Time, America\/New_York/);
    expect(body).toContain('Service CUT with Ada');
    expect(body).toContain(created.manage_url);
  }
  const [file] = mail?.attachments ?? [];
  expect(file).toMatchObject({ filename: 'booking.ics', mimeType: 'text/calendar' });
  const calendar = new TextDecoder().decode(file?.content as Uint8Array);
  expect(calendar).toContain(`UID:${created.booking.id}@bookedbarber`);
  expect(calendar).toContain('SEQUENCE:0');
});
