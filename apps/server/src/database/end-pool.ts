import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { clientConfig, type ServerAddress } from './connection.ts';

/** Time for running statements to finish, in ms. */
const finishWithinMs = 1000;
/** Time to connect to the server and terminate sessions, in ms. */
const terminateWithinMs = 2000;

/**
 * Ends a pool within a few seconds. Sessions that are still active after the first second are terminated on the
 * server.
 *
 * Closing the socket is not enough: a session that waits for a lock, such as the lock of a migration, notices a
 * closed socket only once it has the lock. pg_terminate_backend ends such sessions and releases their locks.
 */
export async function endPool(
  pool: pg.Pool,
  { inUse, server }: { inUse: ReadonlySet<pg.PoolClient>; server: ServerAddress },
): Promise<void> {
  const ended = pool.end().then(() => true);
  const endedWithin = (ms: number) => Promise.race([ended, delay(ms, false, { ref: false })]);
  const isEnded = await endedWithin(finishWithinMs);
  // A connection that is still being opened has no session.
  if (isEnded || inUse.size === 0) return;
  // An unreachable server ends the sessions itself once it notices the closed connections.
  await terminate([...inUse].map(sessionOf), server).catch(() => {});
  await endedWithin(terminateWithinMs);
}

async function terminate(sessions: readonly (number | null)[], server: ServerAddress): Promise<void> {
  const client = new pg.Client({
    ...clientConfig(server),
    connectionTimeoutMillis: terminateWithinMs,
    query_timeout: terminateWithinMs,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    // Behind a pooler the process id may belong to another application: match only sessions of this database and role.
    await client.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE pid = ANY ($1) AND datname = current_database() AND usename = current_user`,
      [sessions],
    );
  } finally {
    await client.end();
  }
}

/** The id of the server process that runs the session. The types of pg lack this property. */
function sessionOf(client: pg.PoolClient): number | null {
  return (client as pg.PoolClient & { processID: number | null }).processID;
}
