/**
 * A confirmation that is sent once the transaction of its order has committed, and a job that deletes old messages.
 *
 *   DATABASE_URL=postgres://... REDIS_URL=redis://127.0.0.1:6379 npx tsx packages/redis-tier/examples/jobs.ts
 */
import { once } from 'node:events';
import { parseRedisUrl } from '@bookedbarber/redis-tier/connection';
import { connectQueue, startJobs } from '@bookedbarber/redis-tier/jobs';
import { createPostgresOutbox, postgresOutboxMigration } from '@bookedbarber/redis-tier/postgres-outbox';
import { recurringJobsMigration, startRecurringJobs } from '@bookedbarber/redis-tier/recurring-jobs';
import pg from 'pg';

type Messages = { confirmation: { order: number; address: string } };

const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'] });
await pool.query(postgresOutboxMigration());
await pool.query(recurringJobsMigration());

const outbox = createPostgresOutbox<Messages>({ pool });
const server = parseRedisUrl(process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379');
const sent = new EventTarget();

const jobs = startJobs({
  store: outbox,
  // Without Redis (null, or while it is unavailable), messages are sent by polling.
  redis: connectQueue({ server, name: 'example', commandTimeoutMs: 5000 }, () => {}),
  prefix: `{example-${process.pid}}`,
  onEvent: (event) => console.error('jobs:', event),
  handlers: {
    confirmation: {
      retry: { maxAttempts: 8, initialBackoffMs: 10_000, maxBackoffMs: 3_600_000, maxUnknownResends: 1 },
      async send({ payload }, attempt) {
        // Last before anything irreversible: throws when another worker has taken over the message.
        await attempt.begin();
        console.log(`to ${payload.address}: order ${payload.order} is confirmed`);
        sent.dispatchEvent(new Event('sent'));
        return { kind: 'sent' };
      },
    },
  },
});

const dayMs = 86_400_000;
const recurring = startRecurringJobs({
  pool,
  jobs: [
    {
      name: 'retention',
      everyMs: 3_600_000,
      run: async () => `${await outbox.deleteFinished(Date.now() - 30 * dayMs)} old messages deleted`,
    },
  ],
  onEvent: (event) => console.error('recurring jobs:', event),
});

const delivered = once(sent, 'sent');
const client = await pool.connect();
await client.query('BEGIN');
// Here the order would be written.
const message = {
  kind: 'confirmation',
  payload: { order: 17, address: 'guest@example.com' },
  key: 'order-17',
} as const;
const first = await outbox.enqueue(client, message);
const again = await outbox.enqueue(client, message);
console.log('new:', first.isNew, again.isNew);
await client.query('COMMIT');
client.release();
await delivered;

const unsent = await jobs.stop(5000);
console.log('unsent:', unsent);
await recurring.stop();
console.log(await outbox.counts());
await pool.end();
