import { startRecurringJobs } from '@bookedbarber/redis-tier/recurring-jobs';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { queryableOf } from '../../../apps/server/src/database/queryable.ts';
import { scheduledTasks, taskTable } from '../../../apps/server/src/scheduler/recurring-jobs.ts';
import { everyShop } from '../../../apps/server/src/scheduler/shop-days.ts';
import { eventually } from '../../support/eventually.ts';
import { type InProcess, startInProcess } from '../../support/in-process.ts';

const never = new AbortController().signal;
let server: InProcess;
beforeAll(async () => {
  // 7:00 in New York, the time of the daily schedules.
  server = await startInProcess('2026-11-24T12:00:00Z');
});
afterAll(() => server.close());

/** More than the batch that everyShop reads. */
const shopCount = 205;
async function openManyShops(): Promise<void> {
  await sql`WITH owner AS (INSERT INTO organisation (slug, name) VALUES ('chain', 'Chain') RETURNING id)
    INSERT INTO shop (organisation_id, slug, name, zone, currency, country)
    SELECT id, 'shop-' || number, 'Shop', 'America/New_York', 'USD', 'US'
    FROM owner, generate_series(1, ${shopCount}::int) AS number`.execute(server.context.db);
}

test('the tasks run once a minute to once an hour', () => {
  expect(scheduledTasks(server.context).map(({ name, everyMs }) => [name, (everyMs ?? 0) / 60_000])).toEqual([
    ['clean-up', 1],
    ['daily-schedules', 5],
    ['warm-up', 5],
    ['roll-up', 15],
    ['retention', 60],
  ]);
});

test('the tasks run in the table that operators read', async () => {
  const jobs = startRecurringJobs({
    pool: queryableOf(server.context.db),
    table: taskTable,
    clock: server.clock,
    jobs: [{ name: 'count', everyMs: 60_000, run: async () => 'counted' }],
  });
  await eventually(async () => {
    const tasks = await server.context.db.selectFrom('scheduledTask').selectAll().execute();
    expect(tasks).toMatchObject([
      { name: 'count', outcome: 'counted', failed: false, dueAt: new Date('2026-11-24T12:01:00Z') },
    ]);
  });
  await jobs.stop();
});

test('daily tasks reach every shop of a large installation', async () => {
  await openManyShops();
  const slugs: string[] = [];
  for await (const { slug } of everyShop(server.context.db)) slugs.push(slug);
  expect([slugs.length, new Set(slugs).size]).toEqual([shopCount, shopCount]);
  for (const task of ['daily-schedules', 'warm-up'])
    await scheduledTasks(server.context)
      .find(({ name }) => name === task)
      ?.run(never);
  const { rows } = await sql<{ task: string; shops: number }>`
    SELECT task, count(*)::int AS shops FROM shop_day_done WHERE date = '2026-11-24' GROUP BY task ORDER BY task`.execute(
    server.context.db,
  );
  expect(rows).toEqual([
    { task: 'daily-schedule', shops: shopCount },
    { task: 'warm-up', shops: shopCount },
  ]);
});
