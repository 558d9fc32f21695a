import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startRedisServer, until } from '@bookedbarber/redis-tier/testing';
import { expect, inject, test } from 'vitest';
import { openMailShop } from '../../support/jobs/mail-shop.ts';

test('the built worker stores mails in the development mailbox, and stops while Redis is frozen', async () => {
  const redis = await startRedisServer(inject('redisBinary'));
  const shop = await openMailShop({ redisUrl: redis.url, smtpUrl: null });
  const entry = fileURLToPath(new URL('../../../apps/server/dist/main/worker.js', import.meta.url));
  const child = spawn(process.execPath, [entry], {
    env: { PATH: process.env['PATH'], NODE_ENV: 'development', LOG_LEVEL: 'debug', ...shop.env },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  let log = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  // After the end of its output.
  const exited = once(child, 'close');
  try {
    await until(
      'it is running',
      () => log,
      (text) => text.includes('the worker is running'),
    );
    const created = await shop.book(0);
    await until(
      'it is sent',
      () => shop.messagesOf(created),
      ([message]) => message?.state === 'sent',
    );
    const mails = await shop.context.db.selectFrom('outboxMailbox').select('recipient').execute();
    expect(mails).toEqual([{ recipient: created.booking.client.email }]);
    redis.freeze();
    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
    // The log reports the message and must not contain its recipient.
    expect(log).toContain('message sent');
    expect(log).not.toContain(created.booking.client.email);
  } finally {
    child.kill('SIGKILL');
    await shop.close();
    await redis.close();
  }
});
