import type { MessageStats } from '@bookedbarber/contract';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  deleteWorkerReport,
  readWorkers,
  reportWorker,
} from '../../../apps/server/src/outbox/messages/worker-reports.ts';
import { type InProcess, startInProcess } from '../../support/in-process.ts';
import { TestShop } from '../../support/test-shop.ts';

const now = '2026-11-23T12:00:00.000Z';
let server: InProcess;
beforeAll(async () => {
  server = await startInProcess(now);
  const shop = await TestShop.open(server, '2026-11-24');
  await shop.booked([shop.segment(0)], '2026-11-24T10:00:00-05:00');
});
afterAll(() => server.close());
beforeEach(async () => {
  for (const table of ['outboxMessage', 'outboxWorker'] as const)
    await server.context.db.deleteFrom(table).execute();
});

let occasion = 0;
/** A message about the booking: finished, or due, `ago` before now. */
async function message(state: string, kind: string, ago: string): Promise<void> {
  occasion += 1;
  const at = sql`${now}::timestamptz - ${ago}::interval`;
  const finished = ['sent', 'failed', 'dead', 'cancelled'].includes(state) ? at : sql`NULL`;
  await sql`INSERT INTO outbox_message (shop_id, booking_id, booking_version, kind, occasion, state, due_at,
      created_at, finished_at)
    SELECT shop_id, id, 1, ${kind}, ${String(occasion)}, ${state}, ${at}, ${now}, ${finished} FROM booking`.execute(
    server.context.db,
  );
}
const stats = async (): Promise<MessageStats> =>
  (await server.asOperator('GET', '/api/v1/messages/stats')).body;

test('the statistics count what finished in the last five minutes and in the last hour', async () => {
  for (const ago of ['1 second', '299 seconds', '301 seconds', '3599 seconds', '3601 seconds'])
    for (const state of ['sent', 'dead']) await message(state, 'confirmation', ago);
  await message('failed', 'reminder', '59 minutes');
  await message('cancelled', 'reminder', '1 minute');
  expect(await stats()).toMatchObject({
    finished_last_5_minutes: { sent: 2, dead: 2, failed: 0, cancelled: 1 },
    kinds: [
      {
        kind: 'confirmation',
        sent_last_5_minutes: 2,
        sent_last_hour: 4,
        failed_last_hour: 4,
        waiting: 0,
      },
      { kind: 'reminder', sent_last_5_minutes: 0, sent_last_hour: 0, failed_last_hour: 1, waiting: 0 },
    ],
  });
});

test('the statistics count the messages that wait, and how late the oldest one is', async () => {
  await message('pending', 'confirmation', '70 seconds');
  await message('pending', 'reminder', '0 seconds');
  await message('pending', 'reminder', '-1 second');
  expect(await stats()).toMatchObject({
    states: { pending: 3 },
    lag_seconds: 70,
    kinds: [
      { kind: 'confirmation', waiting: 1 },
      { kind: 'reminder', waiting: 1 },
    ],
  });
});

test('a worker without a report for half a minute has stopped, and its report is deleted', async () => {
  const { db } = server.context;
  const report = (id: string) => reportWorker(db, id, { by: 'queue', inProgress: 1, server: null } as never);
  const silentFor = (id: string, seconds: number) =>
    db
      .updateTable('outboxWorker')
      .set({ reportedAt: sql`clock_timestamp() - ${seconds} * interval '1 second'` })
      .where('id', '=', id)
      .execute();
  const [stopped, slow, busy] = [1, 2, 3].map((number) => `00000000-0000-4000-8000-00000000000${number}`);
  for (const id of [stopped, slow, busy]) await report(id ?? '');
  await silentFor(stopped ?? '', 31);
  await silentFor(slow ?? '', 10);
  expect(await readWorkers(db)).toHaveLength(2);
  await report(busy ?? '');
  const ids = async () =>
    (await db.selectFrom('outboxWorker').select('id').orderBy('id').execute()).map(({ id }) => id);
  expect(await ids()).toEqual([slow, busy]);
  await deleteWorkerReport(db, busy ?? '');
  expect(await ids()).toEqual([slow]);
});
