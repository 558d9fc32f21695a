import type { BookingCreated } from '@bookedbarber/contract';
import { type RedisServerProcess, startRedisServer, until } from '@bookedbarber/redis-tier/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { type MailServer, startMailServer } from '../../support/jobs/mail-server.ts';
import { type MailShop, openMailShop } from '../../support/jobs/mail-shop.ts';

let redis: RedisServerProcess;
let mailServer: MailServer;
/** Shops of an installation whose Redis is the one that is hurt. */
let ownShop: MailShop;
let shop: MailShop;

beforeAll(async () => {
  redis = await startRedisServer(inject('redisBinary'));
  mailServer = await startMailServer();
  ownShop = await openMailShop({ redisUrl: redis.url, smtpUrl: mailServer.url });
});
afterAll(async () => {
  await ownShop.close();
  await Promise.all([mailServer.stop(), redis.close()]);
});
beforeEach(() => {
  shop = ownShop;
});
afterEach(async () => {
  if (shop === ownShop) await shop.renew();
  else await shop.close();
  mailServer.forget();
});

async function open(redisUrl: string | null): Promise<void> {
  shop = await openMailShop({ redisUrl, smtpUrl: mailServer.url });
}

/** Every booking has its mail and no booking has two. */
async function eachOnce(bookings: readonly BookingCreated[]): Promise<void> {
  await until(
    'all is sent',
    () => shop.counts(),
    ({ sent }) => sent === bookings.length,
  );
  const wanted = bookings.map(({ booking }) => booking.client.email).sort();
  expect(mailServer.mails.map((mail) => mail.to?.[0]?.address).sort()).toEqual(wanted);
}

/** Books `count` visits one after the other and does something in the middle of it. */
async function bookAround(count: number, event: () => unknown, from = 0): Promise<BookingCreated[]> {
  const created: BookingCreated[] = [];
  let fastestMs = Number.POSITIVE_INFINITY;
  for (let number = 0; number < count; number += 1) {
    if (number === Math.trunc(count / 2)) await event();
    const begunMs = performance.now();
    created.push(await shop.book(from + number));
    if (number >= count / 2) fastestMs = Math.min(fastestMs, performance.now() - begunMs);
  }
  // A booking never waits for the queue, however that fares. The machine may hold up some of them, but not all.
  expect(fastestMs).toBeLessThan(2000);
  return created;
}

async function startWorkers(): Promise<void> {
  const workers = [shop.startWorker(), shop.startWorker()];
  await until(
    'the queue is in use',
    () => workers.map((worker) => worker.jobs.status().by).join(),
    (by) => by === 'queue,queue',
  );
}

describe('mails are as many as bookings, and none comes twice', () => {
  test('when Redis forgets everything in the middle', async () => {
    await startWorkers();
    await eachOnce(await bookAround(20, () => redis.admin.flushall()));
  });

  test('when Redis is killed and comes back empty', async () => {
    await startWorkers();
    const before = await bookAround(20, () => redis.kill());
    await redis.start();
    const after = await bookAround(10, () => {}, 20);
    await eachOnce([...before, ...after]);
  });

  test('when Redis freezes and thaws', async () => {
    await startWorkers();
    const before = await bookAround(20, () => redis.freeze());
    await until(
      'all is sent',
      () => shop.counts(),
      ({ sent }) => sent === 20,
    );
    redis.thaw();
    const after = await bookAround(10, () => {}, 20);
    await eachOnce([...before, ...after]);
  });

  test('when there is no Redis at all', async () => {
    await open(null);
    shop.startWorker();
    shop.startWorker();
    await eachOnce(await bookAround(10, () => {}));
  });

  test('when Redis was never there, though it was promised', async () => {
    await open('redis://127.0.0.1:1');
    shop.startWorker();
    await eachOnce(await bookAround(10, () => {}));
  });
});

test('a worker that stops beside a frozen Redis is gone in seconds, and another one sends what it held', async () => {
  const release = mailServer.hold();
  const worker = shop.startWorker();
  await until(
    'the queue is in use',
    () => worker.jobs.status().by,
    (by) => by === 'queue',
  );
  const created = [await shop.book(0), await shop.book(1)];
  await until(
    'both are on their way',
    () => mailServer.waiting,
    (count) => count === 2,
  );
  redis.freeze();
  const stopping = worker.stop();
  release();
  // It stays frozen until all has ended.
  await stopping;
  shop.startWorker();
  created.push(await shop.book(2));
  await eachOnce(created);
  redis.thaw();
});
