/** A signal at any moment of the start leads to an orderly exit that leaves nothing in PostgreSQL. */
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { randomFrom } from '../../apps/cli/src/demo/random.ts';
import { poll } from '../../bin/setup/poll.mjs';
import { createEmptyDatabase, type EmptyDatabase, testApplication } from './empty-database.ts';
import { type Exit, type Role, type ServerStart, startServer } from './server-start.ts';

const exitLimitMs = 10_000;
const moments = 20;
const stackTrace = /(\n|\\n) +at /;
/** The advisory lock that Kysely takes for migrations. */
const migrationLock = '3853314791062309107';
const seed = process.env['TEST_SEED'] ?? String(Date.now());

describe.each<Role>(['api', 'worker'])('the %s', (role) => {
  it('exits in order after SIGTERM at twenty random moments of its start', { timeout: 600_000 }, async () => {
    const random = randomFrom(`${seed} ${role}`);
    const lengthMs = await lengthOfStart(role);
    const report = [`${role}: seed ${seed}, a start takes ${lengthMs.toFixed(0)} ms`];
    const failures: unknown[] = [];
    for (let moment = 0; moment < moments; moment += 1) {
      const atMs = ((moment + random()) / moments) * lengthMs;
      const { exit, exitMs, left } = await terminatedAt(role, atMs);
      const isOrderly =
        exit.code === 0 && exitMs < exitLimitMs && !stackTrace.test(exit.output) && left.length === 0;
      if (!isOrderly) failures.push({ atMs, exitMs, ...exit, left });
      report.push(
        `  SIGTERM at ${atMs.toFixed(0)} ms: code ${exit.code}, signal ${exit.signal}, after ${exitMs.toFixed(0)} ms, ${left.length} sessions left`,
      );
    }
    process.stdout.write(`${report.join('\n')}\n`);
    expect(failures).toEqual([]);
  });
});

describe('while another process holds the lock of the migrations', () => {
  let database: EmptyDatabase;
  let holder: pg.Client;
  let start: ServerStart;

  beforeEach(async () => {
    database = await createEmptyDatabase();
    holder = new pg.Client({ connectionString: database.url, application_name: testApplication });
    await holder.connect();
    await holder.query('SELECT pg_advisory_lock($1)', [migrationLock]);
  });

  afterEach(async () => {
    start.child.kill('SIGKILL');
    await start.exited;
    await holder.end();
    await database.drop();
  });

  async function startAndWaitForLock(role: Role): Promise<void> {
    start = startServer(role, database.url);
    const waits = async () => (await database.sessions()).some((session) => session.advisory_locks > 0);
    const ended = start.exited.then((exit) => {
      throw new Error(`The ${role} ended early: ${JSON.stringify(exit)}`);
    });
    const waiting = poll(async () => (await waits()) || undefined, { withinMs: 60_000 });
    expect(await Promise.race([waiting, ended])).toBe(true);
  }

  const waysToStop: readonly [string, () => void][] = [
    ['SIGTERM', () => void start.child.kill('SIGTERM')],
    ['SIGINT', () => void start.child.kill('SIGINT')],
    ['the end of its parent', () => start.child.disconnect()],
    ['two signals', () => void (start.child.kill('SIGTERM') && start.child.kill('SIGINT'))],
  ];

  describe.each<Role>(['api', 'worker'])('the %s', (role) => {
    it.each(waysToStop)('exits in order after %s', async (_name, stop) => {
      await startAndWaitForLock(role);
      const sentMs = performance.now();
      stop();
      const exit = await start.exited;
      expect(exit).toMatchObject({ code: 0, signal: null });
      expect(performance.now() - sentMs).toBeLessThan(exitLimitMs);
      expect(exit.output).not.toMatch(stackTrace);
      expect(await database.sessionsLeft()).toEqual([]);
    });
  });
});

/** The time from the first moment at which the process handles signals until it reports that it is running, in ms. */
async function lengthOfStart(role: Role): Promise<number> {
  const database = await createEmptyDatabase();
  const { child, handlesSignals, running, exited } = startServer(role, database.url);
  try {
    await handlesSignals;
    const beganMs = performance.now();
    await running;
    return performance.now() - beganMs;
  } finally {
    child.kill('SIGTERM');
    await exited;
    await database.drop();
  }
}

type Terminated = { exit: Exit; exitMs: number; left: unknown[] };

/** Starts a process on an empty database and sends SIGTERM so many ms after it handles signals. */
async function terminatedAt(role: Role, atMs: number): Promise<Terminated> {
  const database = await createEmptyDatabase();
  const { child, handlesSignals, exited } = startServer(role, database.url);
  try {
    await handlesSignals;
    await delay(atMs);
    const sentMs = performance.now();
    child.kill('SIGTERM');
    const exit = await exited;
    const exitMs = performance.now() - sentMs;
    return { exit, exitMs, left: await database.sessionsLeft() };
  } finally {
    child.kill('SIGKILL');
    await database.drop();
  }
}
