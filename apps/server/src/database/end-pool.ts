import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { addressed, type ServerAddress } from './connection.ts';

/** Time for statements under way to finish, in ms. */
const finishWithinMs = 1000;
/** Time to reach the server and to end sessions there, in ms. */
const terminateWithinMs = 2000;

/**
 * Ends a pool within some seconds, whatever its sessions wait for. What a session does after the first second is cancelled.
 *
 * To close the socket is not enough: a session that waits for a lock, such as the one of a migration, sees that only when
 * it has the lock. So the server is asked to end these sessions, which also releases their locks.
 */
export async function endPool(
  pool: pg.Pool,
  { inUse, server }: { inUse: ReadonlySet<pg.PoolClient>; server: ServerAddress },
): Promise<void> {
  const ended = pool.end().then(() => true);
  const endedWithin = (ms: number) => Promise.race([ended, delay(ms, false, { ref: false })]);
  const isEnded = await endedWithin(finishWithinMs);
  // A connection that is still being made has no session.
  if (isEnded || inUse.size === 0) return;
  // A server that cannot be reached ends the sessions itself once it notices.
  await terminate([...inUse].map(sessionOf), server).catch(() => {});
  await endedWithin(terminateWithinMs);
}

async function terminate(sessions: readonly (number | null)[], server: ServerAddress): Promise<void> {
  const client = new pg.Client({
    ...addressed(server),
    connectionTimeoutMillis: terminateWithinMs,
    query_timeout: terminateWithinMs,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    // Behind a pooler the number may be that of somebody else's session: only sessions of this database and role count.
    await client.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE pid = ANY ($1) AND datname = current_database() AND usename = current_user`,
      [sessions],
    );
  } finally {
    await client.end();
  }
}

/** The process of the server that runs the session. The types of pg leave it out. */
function sessionOf(client: pg.PoolClient): number | null {
  return (client as pg.PoolClient & { processID: number | null }).processID;
}
