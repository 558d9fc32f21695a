import { until } from '@bookedbarber/redis-tier/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeConfig } from '../../../apps/server/src/config/config.ts';
import { mailboxSize } from '../../../apps/server/src/notifications/mail/mailbox-transport.ts';
import { type MailShop, openMailShop } from '../../support/jobs/mail-shop.ts';

let shop: MailShop;

beforeAll(async () => {
  shop = await openMailShop({
    redisUrl: null,
    smtpUrl: null,
    shop: { shop: { zone: 'America/New_York', address: '<b>12</b> "High" Street' } },
  });
});
afterAll(() => shop.close());

test('shows messages in development, newest first, without running their contents', async () => {
  const empty = await shop.asGuest('GET', '/mailbox');
  expect(empty.body).toContain('Mailbox');
  expect(empty.body).toContain('No messages yet.');
  shop.startWorker();
  const first = await shop.book(0);
  await until(
    'it is stored',
    () => shop.messagesOf(first),
    ([message]) => message?.state === 'sent',
  );
  const second = await shop.book(1);
  await until(
    'it is stored',
    () => shop.messagesOf(second),
    ([message]) => message?.state === 'sent',
  );

  const list = await shop.asGuest('GET', '/mailbox');
  expect(list.status).toBe(200);
  expect(list.headers.get('content-type')).toBe('text/html; charset=utf-8');
  const page = list.body as string;
  expect(page.indexOf(second.booking.client.email ?? '?')).toBeGreaterThan(0);
  expect(page.indexOf(second.booking.client.email ?? '?')).toBeLessThan(
    page.indexOf(first.booking.client.email ?? '?'),
  );
  expect(page).toMatch(/<html lang="en">[\s\S]*<main>\s*<h1>Mailbox<\/h1>[\s\S]*<caption>/);

  const [, path = ''] = /href="(\/mailbox\/\d+)"/.exec(page) ?? [];
  const mail = await shop.asGuest('GET', path);
  expect(mail.status).toBe(200);
  const policy = mail.headers.get('content-security-policy');
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain('unsafe');
  const text = mail.body as string;
  expect(text).toContain(second.manage_url);
  expect(text).toContain('BEGIN:VCALENDAR');
  expect(text).toMatch(/<iframe title="[^"]+" sandbox srcdoc="&lt;!doctype html&gt;/);
  expect(text).not.toContain('<b>12</b>');
  expect(text).toContain('&lt;b&gt;12&lt;/b&gt; &quot;High&quot; Street');
});

test('responds with 404 for an unknown message and 400 for an invalid id', async () => {
  expect((await shop.asGuest('GET', '/mailbox/999999')).status).toBe(404);
  expect((await shop.asGuest('GET', '/mailbox/x%27%20OR%201=1')).status).toBe(400);
});

test('keeps only the newest messages', async () => {
  await sql`INSERT INTO outbox_mailbox (message_id, recipient, subject, text_body, html_body, created_at)
    SELECT 'm' || n, 'r', 's', 't', 'h', now() FROM generate_series(1, ${mailboxSize + 20}) AS n`.execute(
    shop.context.db,
  );
  const created = await shop.book(2);
  await until(
    'it is stored',
    () => shop.messagesOf(created),
    ([message]) => message?.state === 'sent',
  );
  const mails = await shop.context.db.selectFrom('outboxMailbox').select('recipient').orderBy('id').execute();
  expect(mails).toHaveLength(mailboxSize);
  expect(mails.at(-1)).toEqual({ recipient: created.booking.client.email });
});

test('does not exist when mails are sent', async () => {
  const other = await openMailShop({ redisUrl: null, smtpUrl: 'smtp://127.0.0.1:1' });
  const response = await other.asGuest('GET', '/mailbox');
  const unknown = await other.asGuest('GET', '/no-such-page');
  expect([response.status, response.body]).toEqual([unknown.status, unknown.body]);
  expect(JSON.stringify(response.body)).not.toContain('Mailbox');
  await other.close();
});

test('production requires a mail server', () => {
  const { SMTP_URL: _, ...env } = shop.env;
  expect(() => makeConfig({ ...env, NODE_ENV: 'production', REDIS_URL: 'redis://127.0.0.1' })).toThrow(
    /SMTP_URL is missing/,
  );
  expect(() => makeConfig({ ...env, SMTP_URL: 'smtp://127.0.0.1' })).toThrow(/MAIL_FROM must be/);
});
