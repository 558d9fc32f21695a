import {
  type RecurringJob,
  type RecurringJobs,
  type RecurringJobsEvent,
  recurringJobsMigration,
  startRecurringJobs,
} from '@bookedbarber/redis-tier/recurring-jobs';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { eventually } from '../../support/eventually.ts';

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = new pg.Pool({ connectionString: database.url });
  pool.on('error', () => {});
  await pool.query(recurringJobsMigration());
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const started: RecurringJobs[] = [];
let events: RecurringJobsEvent[] = [];
/** The time of all processes. */
let nowMs: number;
/** How often processes have read the clock, which they do in each poll. */
let polls = 0;
/** How many runs have begun. */
let runs = 0;
beforeEach(() => {
  events = [];
  runs = 0;
  setTime('2026-11-24T12:00:00Z');
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((jobs) => jobs.stop()));
  await pool.query('DELETE FROM recurring_job');
});

function setTime(instant: string): void {
  nowMs = Date.parse(instant);
}

/** Starts the jobs of a process, which polls continuously. */
function start(
  { run, ...times }: Pick<RecurringJob, 'run'> & Partial<RecurringJob>,
  leaseMs = 60_000,
): RecurringJobs {
  const jobs = startRecurringJobs({
    pool,
    clock: {
      nowMs: () => {
        polls += 1;
        return nowMs;
      },
    },
    jobs: [
      {
        name: 'count',
        ...(times.nextMs === undefined ? { everyMs: 3_600_000 } : {}),
        ...times,
        run(signal) {
          const outcome = run(signal);
          runs += 1;
          return outcome;
        },
      },
    ],
    onEvent: (event) => events.push(event),
    pollIntervalMs: 5,
    leaseMs,
  });
  started.push(jobs);
  return jobs;
}

type Row = { due_at: Date; claim_token: string | null; claimed_until: Date | null; ended_at: Date | null };
async function row(): Promise<Row & { outcome: string | null; failed: boolean }> {
  const { rows } = await pool.query("SELECT * FROM recurring_job WHERE name = 'count'");
  return rows[0];
}
const seen = (event: RecurringJobsEvent['event']) => events.filter((one) => one.event === event);
const ended = (outcome: string) => eventually(async () => expect((await row())?.outcome).toBe(outcome));
const running = () => eventually(() => expect(runs).toBe(1));
/** Sets the time, and waits until every process has polled at that time. */
async function setTimeForAll(instant: string): Promise<void> {
  setTime(instant);
  const before = polls;
  await eventually(() => expect(polls).toBeGreaterThan(before + 20));
}

describe('a recurring job', () => {
  test('runs once when it is due, also with several processes', async () => {
    const run = async () => `run ${runs + 1}`;
    for (let process = 0; process < 4; process += 1) start({ run });
    await ended('run 1');
    await setTimeForAll('2026-11-24T12:59:59Z');
    expect(runs).toBe(1);
    setTime('2026-11-24T13:00:00Z');
    await ended('run 2');
    await setTimeForAll('2026-11-24T13:00:01Z');
    expect(runs).toBe(2);
  });

  test('that became due while no process was running runs once when a process starts', async () => {
    const before = start({ run: async () => 'first' });
    await ended('first');
    await before.stop();
    setTime('2026-11-27T12:00:00Z');
    start({ run: async () => `caught up ${runs}` });
    await ended('caught up 1');
    expect((await row()).due_at.toISOString()).toBe('2026-11-27T13:00:00.000Z');
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
    expect(await row()).toMatchObject({ failed: true, claim_token: null });
    await eventually(() =>
      expect(seen('failed')).toEqual([
        { event: 'failed', name: 'count', error: new Error('the query failed') },
      ]),
    );
    expect((await row()).due_at.toISOString()).toBe('2026-11-24T13:00:00.000Z');
    await setTimeForAll('2026-11-24T12:59:59Z');
    expect(runs).toBe(1);
    setTime('2026-11-24T13:00:00Z');
    await ended('run 2');
    expect(await row()).toMatchObject({ failed: false, claim_token: null });
  });

  test('is taken over when the lease of its process expires, and the late outcome is ignored', async () => {
    let finish: (outcome: string) => void = () => {};
    const stalled = start({ run: () => new Promise((resolve) => (finish = resolve)) }, 600_000);
    await running();
    start({ run: async () => 'by another' });
    await setTimeForAll('2026-11-24T12:09:59Z');
    expect((await row()).outcome).toBeNull();
    setTime('2026-11-24T12:10:01Z');
    await ended('by another');
    finish('too late');
    await stalled.stop();
    expect((await row()).outcome).toBe('by another');
    // Operators learn of the run that neither ended nor renewed its lease, and the stalled process of its loss.
    expect(seen('taken-over')).toHaveLength(1);
    expect(seen('lease-lost')).toHaveLength(1);
  });

  test('keeps its lease while it runs', async () => {
    let finish: (outcome: string) => void = () => {};
    // Renewals use real time: every 10 ms.
    start({ run: () => new Promise((resolve) => (finish = resolve)) }, 30);
    await running();
    for (const second of ['01', '02']) {
      const instant = `2026-11-24T12:00:${second}.000Z`;
      setTime(instant);
      await eventually(async () =>
        expect((await row()).claimed_until?.toISOString()).toBe(instant.replace('.000', '.030')),
      );
    }
    finish('done');
    await ended('done');
    expect(await row()).toMatchObject({ claim_token: null, claimed_until: null, failed: false });
  });

  test('is aborted when another process takes it over, whose lease it leaves alone', async () => {
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
    await pool.query('UPDATE recurring_job SET claim_token = $1', [other]);
    await eventually(() => expect(reason).toEqual(new Error('another process has taken over the job')));
    await eventually(() => expect(events).toEqual([{ event: 'lease-lost', name: 'count' }]));
    expect(await row()).toMatchObject({ claim_token: other, outcome: null, ended_at: null });
  });

  test('that no longer exists is removed, but not one that another version of the program still runs', async () => {
    await pool.query(
      "INSERT INTO recurring_job (name, due_at) VALUES ('former', '2026-11-24T10:59:59Z'), ('other', '2026-11-24T11:30:00Z')",
    );
    start({ run: async () => 'done' });
    await ended('done');
    await eventually(async () => {
      const { rows } = await pool.query('SELECT name FROM recurring_job ORDER BY name');
      expect(rows).toEqual([{ name: 'count' }, { name: 'other' }]);
    });
  });

  test('whose row was deleted is added again and runs', async () => {
    start({ run: async () => `run ${runs + 1}` });
    await ended('run 1');
    await pool.query('DELETE FROM recurring_job');
    await ended('run 2');
  });

  test('with times of its own runs first at the next of them', async () => {
    const hourMs = 3_600_000;
    start({
      run: async () => `run ${runs + 1}`,
      nextMs: (afterMs) => (Math.floor(afterMs / hourMs) + 1) * hourMs,
    });
    await eventually(async () =>
      expect((await row())?.due_at.toISOString()).toBe('2026-11-24T13:00:00.000Z'),
    );
    await setTimeForAll('2026-11-24T12:59:59Z');
    expect(runs).toBe(0);
    setTime('2026-11-24T13:00:10Z');
    await ended('run 1');
    expect((await row()).due_at.toISOString()).toBe('2026-11-24T14:00:00.000Z');
  });

  test('is aborted when its process stops, which waits for it', async () => {
    let aborted = false;
    const jobs = start({
      run: (signal) =>
        new Promise((resolve) =>
          signal.addEventListener('abort', () => {
            aborted = true;
            resolve('partial result');
          }),
        ),
    });
    await running();
    await jobs.stop();
    expect(aborted).toBe(true);
    expect((await row()).outcome).toBe('partial result');
  });

  test('that rejects because its process stops is not reported as an error', async () => {
    const jobs = start({
      run: (signal) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    });
    await running();
    await jobs.stop();
    expect((await row()).claim_token).toBeNull();
    expect(events).toEqual([]);
  });
});
