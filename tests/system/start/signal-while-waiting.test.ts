/** A process that waits for the database at startup stops within 10 s, and leaves no waiting session. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { poll } from '../../../dev/setup/poll.mjs';
import {
  createEmptyDatabase,
  type EmptyDatabase,
  testApplication,
} from '../../support/start/empty-database.ts';
import { type Role, type ServerStart, stackTrace, startServer } from '../../support/start/server-start.ts';

const roles: readonly Role[] = ['api', 'worker'];
/** The advisory lock of Kysely's migrations. */
const migrationLock = '3853314791062309107';

/** The exit code also covers the time: a stop of more than 10 s exits with 1. */
async function expectOrderlyExit({ exited }: ServerStart): Promise<void> {
  const { code, signal, output } = await exited;
  expect({ code, signal }).toEqual({ code: 0, signal: null });
  expect(output).not.toMatch(stackTrace);
}

describe.each(roles)('the %s, while another process holds the migration lock,', (role) => {
  let database: EmptyDatabase;
  let holder: pg.Client;
  let start: ServerStart;

  beforeEach(async () => {
    database = await createEmptyDatabase();
    holder = new pg.Client({ connectionString: database.url, application_name: testApplication });
    await holder.connect();
    await holder.query('SELECT pg_advisory_lock($1)', [migrationLock]);
    start = startServer(role, database.url);
    const waits = async () => (await database.sessions()).some(({ advisory_locks }) => advisory_locks > 0);
    const ended = start.exited.then((exit) => {
      throw new Error(`The ${role} ended early: ${JSON.stringify(exit)}`);
    });
    const waiting = poll(async () => (await waits()) || undefined, { timeoutMs: 60_000 });
    expect(await Promise.race([waiting, ended])).toBe(true);
  });

  afterEach(async () => {
    start.child.kill('SIGKILL');
    await holder.end();
    await database.drop();
  });

  const waysToStop: readonly [string, () => void][] = [
    ['SIGTERM', () => void start.child.kill('SIGTERM')],
    ['SIGINT', () => void start.child.kill('SIGINT')],
    ['the exit of its parent', () => start.child.disconnect()],
    [
      'two signals',
      () => {
        start.child.kill('SIGTERM');
        start.child.kill('SIGINT');
      },
    ],
  ];

  it.each(waysToStop)('exits cleanly after %s', async (_name, stop) => {
    stop();
    await expectOrderlyExit(start);
    expect(await database.sessionsLeft()).toEqual([]);
  });
});

it.each(roles)('the %s exits cleanly after SIGTERM while the database does not respond', async (role) => {
  const sockets: Socket[] = [];
  const silent = createServer((socket) => void sockets.push(socket)).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as { port: number };
  const connected = once(silent, 'connection');
  const start = startServer(role, `postgres://nobody@127.0.0.1:${port}/none`);
  try {
    await connected;
    start.child.kill('SIGTERM');
    await expectOrderlyExit(start);
  } finally {
    start.child.kill('SIGKILL');
    for (const socket of sockets) socket.destroy();
    silent.close();
  }
});
