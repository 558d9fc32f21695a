import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { cleanUp } from '../../../apps/server/src/scheduler/clean-up.ts';
import { scheduledTasks } from '../../../apps/server/src/scheduler/recurring-jobs.ts';
import { type InProcess, startInProcess } from '../../support/in-process.ts';
import { makeShop } from '../../support/shop-fixture.ts';

const now = '2026-11-24T12:00:00.000Z';
const never = new AbortController().signal;
let server: InProcess;
let shopId: string;
beforeAll(async () => {
  server = await startInProcess(now);
  const { shop } = await makeShop(server.asOperator);
  const { id } = await server.context.catalog.shop(server.context.db, shop.slug);
  shopId = id;
});
beforeEach(async () => {
  for (const table of ['outbox_message', 'booking', 'idempotency_record', 'shop_day_done'])
    await sql`DELETE FROM ${sql.table(table)}`.execute(server.context.db);
});
afterAll(() => server.close());

const db = () => server.context.db;
const ids = async (table: 'booking' | 'outboxMessage') =>
  (await db().selectFrom(table).select('id').execute()).map(({ id }) => id).sort();
const keys = async () =>
  (await db().selectFrom('idempotencyRecord').select('key').orderBy('key').execute()).map(({ key }) => key);

/** A hold that expires at `until`. Returns its id. */
async function hold(until: string): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    INSERT INTO booking (shop_id, status, source, starts_at, ends_at, held_until, created_at)
    VALUES (${shopId}, 'held', 'guest', ${now}, ${now}::timestamptz + interval '1 hour', ${until}, ${now}) RETURNING id`.execute(
    db(),
  );
  return rows[0]?.id ?? '';
}

async function idempotencyRecord(key: string, createdAt: string): Promise<void> {
  await sql`INSERT INTO idempotency_record VALUES ('POST /', ${key}, '', 200, 'null', ${createdAt})`.execute(
    db(),
  );
}

describe('the task clean-up', () => {
  test('deletes holds from the instant of their expiry on', async () => {
    await hold('2026-11-24T11:00:00.000Z');
    await hold(now);
    const active = await hold('2026-11-24T12:00:00.001Z');
    expect(await cleanUp(server.context)).toEqual({ holds: 2, idempotencyRecords: 0 });
    expect(await ids('booking')).toEqual([active]);
  });

  test('retains the responses of the last 24 hours for repeated requests', async () => {
    await idempotencyRecord('older', '2026-11-23T11:59:59.999Z');
    await idempotencyRecord('oldest retained', '2026-11-23T12:00:00.000Z');
    await idempotencyRecord('recent', now);
    expect(await cleanUp(server.context)).toEqual({ holds: 0, idempotencyRecords: 1 });
    expect(await keys()).toEqual(['oldest retained', 'recent']);
  });

  test('deletes a backlog of several batches in one run', async () => {
    await sql`INSERT INTO booking (shop_id, status, source, starts_at, ends_at, held_until, created_at)
      SELECT ${shopId}, 'held', 'guest', ${now}, ${now}::timestamptz + interval '1 hour', ${now}, ${now}
      FROM generate_series(1, 2001)`.execute(db());
    await sql`INSERT INTO idempotency_record
      SELECT 'POST /', 'key ' || number, '', 200, 'null', '2026-11-20' FROM generate_series(1, 2002) AS number`.execute(
      db(),
    );
    expect(await cleanUp(server.context)).toEqual({ holds: 2001, idempotencyRecords: 2002 });
    expect([await ids('booking'), await keys()]).toEqual([[], []]);
  });

  test('does not wait for rows that are locked, and deletes them in the next run', async () => {
    const locked = await hold(now);
    await hold(now);
    await idempotencyRecord('locked', '2026-11-20');
    await idempotencyRecord('free', '2026-11-20');
    await db()
      .transaction()
      .execute(async (tx) => {
        await sql`SELECT FROM booking WHERE id = ${locked} FOR UPDATE`.execute(tx);
        await sql`SELECT FROM idempotency_record WHERE key = 'locked' FOR UPDATE`.execute(tx);
        expect(await cleanUp(server.context)).toEqual({ holds: 1, idempotencyRecords: 1 });
      });
    expect([await ids('booking'), await keys()]).toEqual([[locked], ['locked']]);
    expect(await cleanUp(server.context)).toEqual({ holds: 1, idempotencyRecords: 1 });
  });
});

describe('the task retention', () => {
  const run = () =>
    scheduledTasks(server.context)
      .find(({ name }) => name === 'retention')
      ?.run(never);

  /** Messages that finished at this time; null: unfinished. */
  async function messages(finishedAt: string | null, count = 1): Promise<string[]> {
    const state = finishedAt === null ? 'pending' : 'sent';
    const { rows } = await sql<{ id: string }>`WITH client AS (
        INSERT INTO client (organisation_id, name) SELECT organisation_id, 'Zoë' FROM shop WHERE id = ${shopId}
        RETURNING id
      ), booking AS (
        INSERT INTO booking (shop_id, client_id, status, source, starts_at, ends_at, created_at)
        SELECT ${shopId}, id, 'confirmed', 'guest', '2026-01-01', '2026-01-02', '2026-01-01' FROM client RETURNING id
      )
      INSERT INTO outbox_message (shop_id, booking_id, booking_version, kind, occasion, state, due_at, created_at,
        finished_at)
      SELECT ${shopId}, id, 1, 'confirmation', number::text, ${state}, '2026-01-01', '2026-01-01',
        ${finishedAt}::timestamptz
      FROM booking, generate_series(1, ${count}::int) AS number RETURNING id`.execute(db());
    return rows.map(({ id }) => id);
  }

  test('deletes messages 90 days after they finished, and no unfinished ones', async () => {
    await messages('2026-08-26T11:59:59.999Z');
    const retained = [...(await messages('2026-08-26T12:00:00.000Z')), ...(await messages(null))];
    expect(await run()).toBe('1 old messages deleted');
    expect(await ids('outboxMessage')).toEqual(retained.sort());
  });

  test('deletes a backlog of several batches in one run', async () => {
    await messages('2026-01-01', 2003);
    expect(await run()).toBe('2003 old messages deleted');
  });

  test('retains for 40 days which daily tasks are done', async () => {
    await sql`INSERT INTO shop_day_done SELECT ${shopId}, 'roll-up', unnest('{2026-10-14,2026-10-15,2026-11-24}'::date[])`.execute(
      db(),
    );
    await run();
    const rows = await db().selectFrom('shopDayDone').select('date').orderBy('date').execute();
    expect(rows.map(({ date }) => date)).toEqual(['2026-10-15', '2026-11-24']);
  });
});
