import { until } from '@bookedbarber/redis-tier/testing';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connectDatabase, type Db } from '../../../apps/server/src/database/connect.ts';
import { createSendRate } from '../../../apps/server/src/outbox/messages/send-rate.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { startMailServer } from '../../support/jobs/mail-server.ts';
import { openMailShop } from '../../support/jobs/mail-shop.ts';

let database: TestDatabase;
let pools: Db[];
beforeEach(async () => {
  database = await createTestDatabase();
  pools = [0, 1].map(() =>
    connectDatabase(
      {
        url: database.url,
        poolSize: 4,
        acquireTimeoutMs: 10_000,
        statementTimeoutMs: 15_000,
        applicationName: 'tests',
      },
      () => {},
    ),
  );
});
afterEach(async () => {
  await Promise.all(pools.map((db) => db.destroy()));
  await database.drop();
});

const sendRatesOf = (perSecond: number) =>
  pools.map((db) => createSendRate({ db, channel: 'mail', perSecond }));

test('all processes share the turns of a provider, which are spaced by its rate', async () => {
  const stepMs = 125;
  const sendRates = sendRatesOf(1000 / stepMs);
  const { rows: begun } = await sql<{ at: Date }>`SELECT clock_timestamp() AS at`.execute(pools[0] as Db);
  const waits = await Promise.all(
    Array.from({ length: 60 }, (_, number) => sendRates[number % 2]?.reserveSendTime()),
  );
  // One statement reserves several turns; the row has the time after the last one.
  const { rows } = await sql<{ aheadMs: number; reservedMs: number }>`
    SELECT extract(epoch FROM next_at - clock_timestamp())::float8 * 1000 AS ahead_ms,
      extract(epoch FROM next_at - ${begun[0]?.at}::timestamptz)::float8 * 1000 AS reserved_ms
    FROM send_rate`.execute(pools[0] as Db);
  const longest = Math.max(...waits.map(Number));
  expect(new Set(waits.map((wait) => Math.round(Number(wait)))).size).toBe(60);
  expect(longest).toBeLessThanOrEqual(59 * stepMs);
  expect(rows[0]?.aheadMs).toBeLessThanOrEqual(60 * stepMs);
  // No turn is shorter than the rate allows.
  expect(rows[0]?.reservedMs).toBeGreaterThanOrEqual(60 * stepMs);
});

test('postpones a message with a long wait, without reserving a turn', async () => {
  // The next turn is in 100 seconds.
  const [sendRate] = sendRatesOf(0.01);
  expect(await sendRate?.reserveSendTime()).not.toBeNull();
  const before = await sql`SELECT next_at FROM send_rate`.execute(pools[0] as Db);
  expect(await sendRate?.reserveSendTime()).toBeNull();
  expect(await sql`SELECT next_at FROM send_rate`.execute(pools[0] as Db)).toMatchObject({
    rows: before.rows,
  });
  const outcome = await sendRate?.wait(new AbortController().signal, () => 1000);
  expect(outcome).toMatchObject({ kind: 'postponed', reason: 'mail is limited to 0.01 per second' });
});

test('an abort ends the wait for a turn', async () => {
  const [sendRate] = sendRatesOf(1);
  await sendRate?.reserveSendTime();
  const reason = new Error('the worker stops');
  const abortion = new AbortController();
  const waiting = sendRate?.wait(abortion.signal, () => 0);
  abortion.abort(reason);
  await expect(waiting).rejects.toBe(reason);
});

test('sends mails above the rate later, without counting an attempt', async () => {
  const mailServer = await startMailServer();
  const shop = await openMailShop({
    redisUrl: null,
    smtpUrl: mailServer.url,
    env: { MAIL_RATE_PER_SECOND: '1' },
  });
  try {
    // Other processes have reserved the turns of the next hour.
    await sql`INSERT INTO send_rate VALUES ('mail', clock_timestamp() + interval '1 hour')`.execute(
      shop.context.db,
    );
    shop.startWorker();
    const created = await shop.book(0);
    const rowOf = () =>
      shop.context.db
        .selectFrom('outboxMessage')
        .select(['state', 'attempts', 'lastError', 'dueAt'])
        .where('bookingId', '=', created.booking.id)
        .executeTakeFirstOrThrow();
    const row = await until('it is postponed', rowOf, ({ lastError }) => lastError !== null);
    expect(row).toMatchObject({ state: 'pending', attempts: 0 });
    expect(row.dueAt.getTime()).toBeGreaterThan(shop.clock.nowMs());
    await sql`UPDATE send_rate SET next_at = clock_timestamp()`.execute(shop.context.db);
    shop.clock.forward(10_000);
    await until('it is sent', rowOf, ({ state }) => state === 'sent');
  } finally {
    await shop.close();
    await mailServer.stop();
  }
});
