import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type ScheduledTask,
  type Scheduler,
  startScheduler,
} from '../../../apps/server/src/scheduler/scheduler.ts';
import { eventually } from '../../support/eventually.ts';
import { type InProcess, startInProcess } from '../../support/in-process.ts';

let server: InProcess;
const schedulers: Scheduler[] = [];
let errors: unknown[] = [];
beforeEach(async () => {
  errors = [];
  runs = 0;
  server = await startInProcess('2026-11-24T12:00:00Z');
});
afterEach(async () => {
  await Promise.all(schedulers.splice(0).map((scheduler) => scheduler.stop()));
  await server.close();
});

/** How often schedulers have read the clock, which they do in each poll. */
let polls = 0;
/** How many runs have begun. */
let runs = 0;

/** Starts the scheduler of a worker, which polls continuously. */
function start(task: Omit<ScheduledTask, 'name' | 'everyMs'>, leaseMs = 60_000): Scheduler {
  const { db } = server.context;
  const clock = {
    nowMs: () => {
      polls += 1;
      return server.clock.nowMs();
    },
  };
  const scheduler = startScheduler({
    db,
    clock,
    tasks: [
      {
        name: 'count',
        everyMs: 3_600_000,
        run(signal) {
          const outcome = task.run(signal);
          runs += 1;
          return outcome;
        },
      },
    ],
    onError: (error) => errors.push(error),
    pollIntervalMs: 5,
    leaseMs,
  });
  schedulers.push(scheduler);
  return scheduler;
}

const row = () =>
  server.context.db
    .selectFrom('scheduledTask')
    .selectAll()
    .where('name', '=', 'count')
    .executeTakeFirstOrThrow();
const ended = (outcome: string) => eventually(async () => expect((await row()).outcome).toBe(outcome));
const running = () => eventually(() => expect(runs).toBe(1));
/** Sets the time, and waits until every scheduler has polled at that time. */
async function setTimeForAll(instant: string): Promise<void> {
  server.clock.set(instant);
  const before = polls;
  await eventually(() => expect(polls).toBeGreaterThan(before + 20));
}

describe('a scheduled task', () => {
  test('runs once when it is due, also with several workers', async () => {
    const run = async () => `run ${runs + 1}`;
    for (let worker = 0; worker < 4; worker += 1) start({ run });
    await ended('run 1');
    await setTimeForAll('2026-11-24T12:59:59Z');
    expect(runs).toBe(1);
    server.clock.set('2026-11-24T13:00:00Z');
    await ended('run 2');
    await setTimeForAll('2026-11-24T13:00:01Z');
    expect(runs).toBe(2);
  });

  test('that became due while no worker was running runs once when a worker starts', async () => {
    const before = start({ run: async () => 'first' });
    await ended('first');
    await before.stop();
    server.clock.set('2026-11-27T12:00:00Z');
    start({ run: async () => `caught up ${runs}` });
    await ended('caught up 1');
    expect((await row()).dueAt.toISOString()).toBe('2026-11-27T13:00:00.000Z');
  });

  test('that fails records the error, and runs again when it is next due', async () => {
    let runs = 0;
    start({
      run: async () => {
        runs += 1;
        if (runs === 1) throw new Error('the query failed');
        return `run ${runs}`;
      },
    });
    await ended('the query failed');
    expect(await row()).toMatchObject({ failed: true, claimToken: null });
    expect(errors).toEqual([new Error('the query failed')]);
    expect((await row()).dueAt.toISOString()).toBe('2026-11-24T13:00:00.000Z');
    await setTimeForAll('2026-11-24T12:59:59Z');
    expect(runs).toBe(1);
    server.clock.set('2026-11-24T13:00:00Z');
    await ended('run 2');
    expect(await row()).toMatchObject({ failed: false, claimToken: null });
  });

  test('is taken over when the lease of its worker expires, and the late outcome is ignored', async () => {
    let finish: (outcome: string) => void = () => {};
    const stalled = start({ run: () => new Promise((resolve) => (finish = resolve)) }, 600_000);
    await running();
    start({ run: async () => 'by another' });
    await setTimeForAll('2026-11-24T12:09:59Z');
    expect((await row()).outcome).toBeNull();
    server.clock.set('2026-11-24T12:10:01Z');
    await ended('by another');
    finish('too late');
    await stalled.stop();
    expect((await row()).outcome).toBe('by another');
  });

  test('keeps its lease while it runs', async () => {
    let finish: (outcome: string) => void = () => {};
    // Renewals use real time: every 10 ms.
    start({ run: () => new Promise((resolve) => (finish = resolve)) }, 30);
    await running();
    for (const second of ['01', '02']) {
      const instant = `2026-11-24T12:00:${second}.000Z`;
      server.clock.set(instant);
      await eventually(async () =>
        expect((await row()).claimedUntil?.toISOString()).toBe(instant.replace('.000', '.030')),
      );
    }
    finish('done');
    await ended('done');
    expect(await row()).toMatchObject({ claimToken: null, claimedUntil: null, failed: false });
  });

  test('is aborted when another worker takes it over, whose lease it leaves alone', async () => {
    const other = '00000000-0000-4000-8000-000000000002';
    let reason: unknown;
    start(
      {
        run: (signal) =>
          new Promise((_resolve, reject) =>
            signal.addEventListener('abort', () => {
              reason = signal.reason;
              reject(signal.reason);
            }),
          ),
      },
      30,
    );
    await running();
    await server.context.db.updateTable('scheduledTask').set({ claimToken: other }).execute();
    await eventually(() => expect(reason).toEqual(new Error('another worker has taken over the task')));
    await eventually(() => expect(errors).toEqual([reason]));
    expect(await row()).toMatchObject({ claimToken: other, outcome: null, endedAt: null });
  });

  test('that no longer exists is removed', async () => {
    await sql`INSERT INTO scheduled_task (name, due_at) VALUES ('former', '2026-01-01')`.execute(
      server.context.db,
    );
    start({ run: async () => 'done' });
    await ended('done');
    const names = await server.context.db.selectFrom('scheduledTask').select('name').execute();
    expect(names).toEqual([{ name: 'count' }]);
  });

  test('is aborted when its worker stops, which waits for it', async () => {
    let aborted = false;
    const scheduler = start({
      run: (signal) =>
        new Promise((resolve) =>
          signal.addEventListener('abort', () => {
            aborted = true;
            resolve('partial result');
          }),
        ),
    });
    await running();
    await scheduler.stop();
    expect(aborted).toBe(true);
    expect((await row()).outcome).toBe('partial result');
  });

  test('that rejects because its worker stops is not reported as an error', async () => {
    const scheduler = start({
      run: (signal) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    });
    await running();
    await scheduler.stop();
    expect((await row()).claimToken).toBeNull();
    expect(errors).toEqual([]);
  });
});
