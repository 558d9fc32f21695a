/** A killed parent closes the IPC channel and no longer reads the log. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createEmptyDatabase, type EmptyDatabase } from '../../support/start/empty-database.ts';
import { type Role, startServer } from '../../support/start/server-start.ts';

let database: EmptyDatabase;

beforeEach(async () => {
  database = await createEmptyDatabase();
});

afterEach(() => database.drop());

it.each<Role>(['api', 'worker'])('the %s exits cleanly when its parent is killed', async (role) => {
  const { child, running, exited } = startServer(role, database.url);
  try {
    await running;
    child.stdout?.destroy();
    child.stderr?.destroy();
    child.disconnect();
    expect(await exited).toMatchObject({ code: 0, signal: null });
    expect(await database.sessionsLeft()).toEqual([]);
  } finally {
    child.kill('SIGKILL');
  }
});
