import { randomUUID } from 'node:crypto';
import type { BookingCreated } from '@bookedbarber/contract';
import type { JobsTuning } from '@bookedbarber/redis-tier/jobs';
import { sql } from 'kysely';
import pino from 'pino';
import { makeConfig } from '../../../apps/server/src/config/config.ts';
import { buildApp } from '../../../apps/server/src/http/app.ts';
import type { App } from '../../../apps/server/src/http/app-type.ts';
import { type Context, createContext } from '../../../apps/server/src/main/context.ts';
import { type Messaging, startMessaging } from '../../../apps/server/src/main/messaging.ts';
import { createTestDatabase } from '../database.ts';
import { sendInto } from '../in-process.ts';
import { testOperatorToken } from '../server.ts';
import { makeShop, type Send, type ShopFixture } from '../shop-fixture.ts';
import { patientTiming } from '../test-timing.ts';

/** The system clock, which a test can move forward. Timers are not affected. */
type MovableClock = { nowMs(): number; forward(ms: number): void };

/** Tables that are emptied between tests, with DELETE instead of TRUNCATE, so that row statistics stay correct. */
const clearedTables = [
  'outbox_message',
  'outbox_mailbox',
  'outbox_invalidation',
  'send_rate',
  'outbox_pause',
  'sms_usage',
  'sms_opt_out',
];

/** Short enough for tests, long enough for a busy machine. */
export const quick: Partial<JobsTuning> = {
  pollIntervalMs: 100,
  reconcileEveryMs: 100,
  queueCheckIntervalMs: 50,
  deadlineMs: 1000,
  leaseMs: 20_000,
};

export type MailShop = {
  app: App;
  context: Context;
  env: Record<string, string>;
  clock: MovableClock;
  asGuest: Send;
  asOperator: Send;
  readonly fixture: ShopFixture;
  readonly queuePrefix: string;
  /** Books the `number`th free time, each for another client. */
  book(number: number): Promise<BookingCreated>;
  move(created: BookingCreated, number: number): Promise<void>;
  cancel(created: BookingCreated): Promise<void>;
  /**
   * Stops the workers, empties the outbox, resets the clock and creates another shop, for the next test of a file.
   * This is much cheaper than another database and app.
   */
  renew(shop?: Parameters<typeof makeShop>[1]): Promise<void>;
  /** Starts the messaging of a worker. close() stops it. */
  startWorker(tuning?: Partial<JobsTuning>): Messaging;
  /** Kinds and states of the messages about a booking, in the order of its versions. */
  messagesOf(
    created: BookingCreated,
  ): Promise<{ id: string; kind: string; state: string; version: number | null }[]>;
  /** Number of messages by state. */
  counts(): Promise<Readonly<Record<string, number>>>;
  close(): Promise<void>;
};

export type MailShopOptions = {
  redisUrl: string | null;
  smtpUrl: string | null;
  shop?: Parameters<typeof makeShop>[1];
  /** Further environment variables. */
  env?: Readonly<Record<string, string>>;
};

/** Starts the API in this process with a real database, the system clock and mail delivery. */
export async function openMailShop({
  redisUrl,
  smtpUrl,
  shop,
  env: more = {},
}: MailShopOptions): Promise<MailShop> {
  const database = await createTestDatabase();
  let aheadMs = 0;
  const clock: MovableClock = {
    nowMs: () => Date.now() + aheadMs,
    forward: (ms) => {
      aheadMs += ms;
    },
  };
  const env = {
    DATABASE_URL: database.url,
    OPERATOR_TOKEN: testOperatorToken,
    BOOKING_LINK_SECRET: 'booking-link-secret-for-tests-0123456789',
    PUBLIC_URL: 'http://shop.example',
    RATE_LIMIT_ENABLED: 'false',
    LOAD_SHEDDING: 'false',
    REDIS_KEY_PREFIX: `test-${randomUUID().slice(0, 8)}`,
    ...(redisUrl === null ? {} : { REDIS_URL: redisUrl }),
    ...(smtpUrl === null ? {} : { SMTP_URL: smtpUrl, MAIL_FROM: 'Fixture Barbers <shop@example.com>' }),
    ...more,
  };
  const logger = pino({ level: 'silent' });
  const context = createContext(makeConfig(env), {
    role: 'api',
    logger,
    clock,
    timing: patientTiming,
  });
  const app = await buildApp(context, logger);
  const asGuest = sendInto(app);
  const asOperator = sendInto(app, testOperatorToken);
  const openShop = (options: Parameters<typeof makeShop>[1]) =>
    makeShop(asOperator, { shop: { zone: 'America/New_York' }, ...options });
  const newPrefix = () => `{test:${randomUUID()}}`;
  let fixture = await openShop(shop);
  let queuePrefix = newPrefix();
  const workers: Messaging[] = [];

  /** On the hour from 9:00 to 17:00, from tomorrow on: nine times per day. */
  function startOf(number: number): string {
    const day = new Date(clock.nowMs() + (1 + Math.trunc(number / 9)) * 86_400_000);
    const date = day.toLocaleDateString('en-CA', { timeZone: fixture.shop.zone });
    return `${date}T${String(9 + (number % 9)).padStart(2, '0')}:00:00${offsetOf(fixture.shop.zone, day)}`;
  }

  async function change(created: BookingCreated, verb: string, body: unknown): Promise<void> {
    const token = created.manage_url.split('#')[1] ?? '';
    const response = await asGuest('POST', `/api/v1/bookings/${created.booking.id}/${verb}`, body, {
      'booking-token': token,
    });
    if (response.status !== 200)
      throw new Error(`${verb}: ${response.status} ${JSON.stringify(response.body)}`);
  }

  return {
    app,
    context,
    env,
    clock,
    asGuest,
    asOperator,
    get fixture() {
      return fixture;
    },
    get queuePrefix() {
      return queuePrefix;
    },
    async book(number) {
      const response = await asGuest('POST', `/api/v1/shops/${fixture.shop.slug}/bookings`, {
        segments: [{ service_id: fixture.services[0]?.id }],
        start: startOf(number),
        client: { name: `Guest ${number}`, email: `guest${number}-${randomUUID().slice(0, 8)}@example.com` },
      });
      if (response.status !== 201)
        throw new Error(`book: ${response.status} ${JSON.stringify(response.body)}`);
      return response.body;
    },
    move: (created, number) => change(created, 'reschedule', { start: startOf(number) }),
    cancel: (created) => change(created, 'cancel', {}),
    async renew(next) {
      await Promise.all(workers.splice(0).map((worker) => worker.stop()));
      for (const table of clearedTables) await sql`DELETE FROM ${sql.table(table)}`.execute(context.db);
      aheadMs = 0;
      queuePrefix = newPrefix();
      fixture = await openShop(next);
    },
    startWorker(tuning = {}) {
      const worker = startMessaging(context, logger, {
        applyInvalidation: null,
        queuePrefix,
        tuning: { ...quick, ...tuning },
      });
      workers.push(worker);
      return worker;
    },
    async messagesOf({ booking }) {
      const rows = await context.db
        .selectFrom('outboxMessage')
        .select(['id', 'kind', 'state', 'bookingVersion as version'])
        .where('bookingId', '=', booking.id)
        .orderBy('bookingVersion')
        .execute();
      return rows;
    },
    async counts() {
      const rows = await context.db
        .selectFrom('outboxMessage')
        .select(['state', (eb) => eb.fn.countAll<string>().as('count')])
        .groupBy('state')
        .execute();
      return Object.fromEntries(rows.map(({ state, count }) => [state, Number(count)]));
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.stop()));
      await app.close();
      await context.close();
      await database.drop();
    },
  };
}

function offsetOf(zone: string, day: Date): string {
  const name = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' })
    .formatToParts(day)
    .find((part) => part.type === 'timeZoneName')?.value;
  return name === 'GMT' ? 'Z' : (name ?? '').slice(3);
}
