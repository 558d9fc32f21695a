/**
 * A signal at any moment of the startup leads to an orderly exit that leaves no session in PostgreSQL. The first
 * moment is when the entry point handles signals: before that, Node itself starts, and a signal kills it.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { randomFrom } from '../../../apps/cli/src/demo/random.ts';
import { createEmptyDatabase } from '../../support/start/empty-database.ts';
import { type Role, stackTrace, startServer } from '../../support/start/server-start.ts';

const moments = Number(process.env['TEST_MOMENTS'] ?? 8);
const seed = process.env['TEST_SEED'] ?? String(Date.now());

it.each<Role>(['api', 'worker'])(
  'the %s exits cleanly after SIGTERM at random moments',
  {
    timeout: 900_000,
  },
  async (role) => {
    const random = randomFrom(`${seed} ${role}`);
    const startupMs = await measureStartup(role);
    process.stdout.write(`${role}: TEST_SEED=${seed}, startup takes ${startupMs.toFixed(0)} ms\n`);
    const failures: unknown[] = [];
    for (let moment = 0; moment < moments; moment += 1) {
      // One moment in each equal part of the startup.
      const atMs = ((moment + random()) / moments) * startupMs;
      const { code, signal, output, exitMs, left } = await terminatedAt(role, atMs);
      process.stdout.write(
        `  SIGTERM at ${atMs.toFixed(0)} ms: ${signal ?? `code ${code}`} after ${exitMs.toFixed(0)} ms, ${left.length} sessions left\n`,
      );
      // The exit code also covers the time: a stop of more than 10 s exits with 1.
      const isOrderly = code === 0 && !stackTrace.test(output) && left.length === 0;
      if (!isOrderly) failures.push({ atMs, code, signal, output, exitMs, left });
    }
    expect(failures).toEqual([]);
  },
);

/** Time from the moment the process handles signals until it reports that it is running, in ms. */
async function measureStartup(role: Role): Promise<number> {
  const database = await createEmptyDatabase();
  const { child, handlesSignals, running, exited } = startServer(role, database.url);
  try {
    await handlesSignals;
    const startedMs = performance.now();
    await running;
    return performance.now() - startedMs;
  } finally {
    child.kill('SIGTERM');
    await exited;
    await database.drop();
  }
}

/** Starts a process on an empty database and sends SIGTERM `atMs` after it handles signals. */
async function terminatedAt(role: Role, atMs: number) {
  const database = await createEmptyDatabase();
  const { child, handlesSignals, exited } = startServer(role, database.url);
  try {
    await handlesSignals;
    await delay(atMs);
    const sentMs = performance.now();
    child.kill('SIGTERM');
    const exit = await exited;
    const exitMs = performance.now() - sentMs;
    return { ...exit, exitMs, left: await database.sessionsLeft() };
  } finally {
    child.kill('SIGKILL');
    await database.drop();
  }
}
