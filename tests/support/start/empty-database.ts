import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { poll } from '../../../dev/setup/poll.mjs';

export type Session = { application: string; state: string; advisory_locks: number };

export type EmptyDatabase = {
  readonly url: string;
  /** Sessions of this database, except those of the test process. */
  sessions(): Promise<Session[]>;
  /** Waits until there are no sessions. Returns those that remain after five seconds. */
  sessionsLeft(): Promise<Session[]>;
  drop(): Promise<void>;
};

/** Time in which the server notices a closed connection, in ms. */
const noticedWithinMs = 5000;
export const testApplication = 'the test itself';

/** Creates a database without a schema, so that a start runs all migrations. */
export async function createEmptyDatabase(): Promise<EmptyDatabase> {
  const name = `start_${randomBytes(6).toString('hex')}`;
  const maintainer = new pg.Client({ connectionString: inject('databaseUrl') });
  await maintainer.connect();
  await maintainer.query(`CREATE DATABASE ${name}`);
  const url = new URL(inject('databaseUrl'));
  url.pathname = `/${name}`;

  async function sessions(): Promise<Session[]> {
    const { rows } = await maintainer.query<Session>(
      `SELECT application_name AS application, state,
          (SELECT count(*)::int FROM pg_locks WHERE pid = activity.pid AND locktype = 'advisory') AS advisory_locks
        FROM pg_stat_activity AS activity
        WHERE datname = $1 AND application_name <> $2 AND backend_type = 'client backend'`,
      [name, testApplication],
    );
    return rows;
  }

  return {
    url: url.href,
    sessions,
    async sessionsLeft() {
      let left: Session[] = [];
      await poll(
        async () => {
          left = await sessions();
          return left.length === 0 || undefined;
        },
        { timeoutMs: noticedWithinMs },
      );
      return left;
    },
    async drop() {
      await maintainer.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await maintainer.end();
    },
  };
}
