import type { BookingCreated } from '@bookedbarber/contract';
import { type RedisServerProcess, startRedisServer, until } from '@bookedbarber/redis-tier/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { type MailServer, startMailServer } from '../../support/jobs/mail-server.ts';
import { type MailShop, openMailShop } from '../../support/jobs/mail-shop.ts';

let redis: RedisServerProcess;
let mailServer: MailServer;
/** An installation that uses the Redis server that the tests disturb. */
let ownShop: MailShop;
let shop: MailShop;
const workers: ReturnType<MailShop['startWorker']>[] = [];

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
  workers.length = 0;
  if (shop === ownShop) await shop.renew();
  else await shop.close();
  mailServer.clear();
});

async function open(redisUrl: string | null): Promise<void> {
  shop = await openMailShop({ redisUrl, smtpUrl: mailServer.url });
}

/** Expects exactly one mail for every booking, once the workers have finished all they began. */
async function expectOneMailEach(bookings: readonly BookingCreated[]): Promise<void> {
  await until(
    'all messages are sent',
    () => shop.counts(),
    ({ sent }) => sent === bookings.length,
  );
  await Promise.all(workers.splice(0).map((worker) => worker.stop()));
  const expected = bookings.map(({ booking }) => booking.client.email).sort();
  expect(mailServer.mails.map((mail) => mail.to?.[0]?.address).sort()).toEqual(expected);
}

/** Makes `count` bookings in sequence, and triggers `event` halfway. */
async function bookAround(count: number, event: () => unknown, from = 0): Promise<BookingCreated[]> {
  const created: BookingCreated[] = [];
  let fastestMs = Number.POSITIVE_INFINITY;
  for (let number = 0; number < count; number += 1) {
    if (number === Math.trunc(count / 2)) await event();
    const startedMs = performance.now();
    created.push(await shop.book(from + number));
    if (number >= count / 2) fastestMs = Math.min(fastestMs, performance.now() - startedMs);
  }
  // Bookings never wait for the queue. A busy machine may delay some of them, but not all.
  expect(fastestMs).toBeLessThan(2000);
  return created;
}

function startWorkers(count: number): void {
  for (let number = 0; number < count; number += 1) workers.push(shop.startWorker());
}

async function startTwoWorkers(): Promise<void> {
  startWorkers(2);
  await until(
    'the queue is in use',
    () => workers.map((worker) => worker.jobs.status().by).join(),
    (by) => by === 'queue,queue',
  );
}

describe('every booking gets exactly one mail', () => {
  test('when Redis is flushed', async () => {
    await startTwoWorkers();
    await expectOneMailEach(await bookAround(20, () => redis.admin.flushall()));
  });

  test('when Redis is killed and restarts empty', async () => {
    await startTwoWorkers();
    const before = await bookAround(20, () => redis.kill());
    await redis.start();
    const after = await bookAround(10, () => {}, 20);
    await expectOneMailEach([...before, ...after]);
  });

  test('when Redis is frozen and resumed', async () => {
    await startTwoWorkers();
    const before = await bookAround(20, () => redis.freeze());
    await until(
      'all messages are sent',
      () => shop.counts(),
      ({ sent }) => sent === 20,
    );
    redis.thaw();
    const after = await bookAround(10, () => {}, 20);
    await expectOneMailEach([...before, ...after]);
  });

  test('without a configured Redis', async () => {
    await open(null);
    startWorkers(2);
    await expectOneMailEach(await bookAround(10, () => {}));
  });

  test('when the configured Redis was never reachable', async () => {
    await open('redis://127.0.0.1:1');
    startWorkers(1);
    await expectOneMailEach(await bookAround(10, () => {}));
  });
});

test('a worker stops while Redis is frozen, and no message is lost or sent twice', async () => {
  const release = mailServer.hold();
  const worker = shop.startWorker();
  await until(
    'the queue is in use',
    () => worker.jobs.status().by,
    (by) => by === 'queue',
  );
  const created = [await shop.book(0), await shop.book(1)];
  await until(
    'both are being sent',
    () => mailServer.waiting,
    (count) => count === 2,
  );
  redis.freeze();
  const stopping = worker.stop();
  release();
  // Redis stays frozen until the end of the test.
  await stopping;
  startWorkers(1);
  created.push(await shop.book(2));
  await expectOneMailEach(created);
  redis.thaw();
});
