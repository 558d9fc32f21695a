import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type ScheduledTask,
  type Scheduler,
  startScheduler,
} from '../../../apps/server/src/scheduler/scheduler.ts';
import { eventually } from '../../support/eventually.ts';
import { type InProcess, startInProcess } from '../../support/in-process.ts';

let server: InProcess;
const schedules: Scheduler[] = [];
let errors: unknown[] = [];
beforeEach(async () => {
  errors = [];
  server = await startInProcess('2026-11-24T12:00:00Z');
});
afterEach(async () => {
  await Promise.all(schedules.splice(0).map((schedule) => schedule.stop()));
  await server.close();
});

/** How often workers have asked for the time: each look for due tasks does. */
let looks = 0;

/** A worker's schedule that looks all the time. */
function start(task: Omit<ScheduledTask, 'name' | 'everyMs'>, leaseMs = 60_000): Scheduler {
  const { db } = server.context;
  const clock = {
    nowMs: () => {
      looks += 1;
      return server.clock.nowMs();
    },
  };
  const schedule = startScheduler({
    db,
    clock,
    tasks: [{ name: 'count', everyMs: 3_600_000, ...task }],
    onError: (error) => errors.push(error),
    pollIntervalMs: 5,
    leaseMs,
  });
  schedules.push(schedule);
  return schedule;
}

const row = () => server.context.db.selectFrom('scheduledTask').selectAll().executeTakeFirstOrThrow();
const ended = (outcome: string) => eventually(async () => expect((await row()).outcome).toBe(outcome));
const claimed = () => eventually(async () => expect((await row()).claimToken).not.toBeNull());
/** Sets the time, and waits until every worker has looked at that time. */
async function setTimeForAll(instant: string): Promise<void> {
  server.clock.set(instant);
  const before = looks;
  await eventually(() => expect(looks).toBeGreaterThan(before + 20));
}

describe('a task of the schedule', () => {
  test('is run once when it is due, however many workers look', async () => {
    let runs = 0;
    const run = async () => `run ${++runs}`;
    for (let worker = 0; worker < 4; worker += 1) start({ run });
    await ended('run 1');
    await setTimeForAll('2026-11-24T12:59:59Z');
    expect(runs).toBe(1);
    server.clock.set('2026-11-24T13:00:00Z');
    await ended('run 2');
    await setTimeForAll('2026-11-24T13:00:01Z');
    expect(runs).toBe(2);
  });

  test('that was due while no worker ran is run when one does, once', async () => {
    const before = start({ run: async () => 'first' });
    await ended('first');
    await before.stop();
    server.clock.set('2026-11-27T12:00:00Z');
    let runs = 0;
    start({ run: async () => `caught up ${++runs}` });
    await ended('caught up 1');
    expect((await row()).dueAt.toISOString()).toBe('2026-11-27T13:00:00.000Z');
  });

  test('that fails says so, and comes again at its time', async () => {
    start({ run: () => Promise.reject(new Error('the night was too short')) });
    await ended('the night was too short');
    expect(await row()).toMatchObject({ failed: true, claimToken: null });
    expect((await row()).dueAt.toISOString()).toBe('2026-11-24T13:00:00.000Z');
  });

  test('of a worker that fell silent is taken over when its claim ends, and the silent one ends nothing', async () => {
    let wake: (outcome: string) => void = () => {};
    const silent = start({ run: () => new Promise((resolve) => (wake = resolve)) }, 600_000);
    await claimed();
    start({ run: async () => 'by another' });
    await setTimeForAll('2026-11-24T12:09:59Z');
    expect((await row()).outcome).toBeNull();
    server.clock.set('2026-11-24T12:10:01Z');
    await ended('by another');
    wake('too late');
    await silent.stop();
    expect((await row()).outcome).toBe('by another');
  });

  test('is told when its worker stops, and is waited for', async () => {
    let told = false;
    const schedule = start({
      run: (signal) =>
        new Promise((resolve) =>
          signal.addEventListener('abort', () => {
            told = true;
            resolve('half of it');
          }),
        ),
    });
    await claimed();
    await schedule.stop();
    expect(told).toBe(true);
    expect((await row()).outcome).toBe('half of it');
  });

  test('that gives up because its worker stops is not reported as an error', async () => {
    const schedule = start({
      run: (signal) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    });
    await expect.poll(async () => (await row()).claimToken, { timeout: 10_000 }).not.toBeNull();
    await schedule.stop();
    expect((await row()).claimToken).toBeNull();
    expect(errors).toEqual([]);
  });
});
