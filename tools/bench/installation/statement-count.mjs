/**
 * Counts the statements that PostgreSQL executes for one database with pg_stat_statements, including BEGIN and COMMIT.
 *
 * @param {import('pg').Client} client a connection to another database, whose statements are not counted
 */
export async function countStatements(client) {
  await client.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
  return {
    reset: () => client.query('SELECT pg_stat_statements_reset()'),
    /** @param {string} database @returns {Promise<{ all: number, ofOutbox: number, reads: number }>} */
    async read(database) {
      const { rows } = await client.query(
        `SELECT coalesce(sum(calls), 0)::int AS all,
           coalesce(sum(calls) FILTER (WHERE query ~* '\\moutbox_'), 0)::int AS of_outbox,
           coalesce(sum(calls) FILTER (WHERE query ~* '^\\s*(select|with)' AND query !~* '\\moutbox_'), 0)::int AS reads
         FROM pg_stat_statements JOIN pg_database ON pg_database.oid = dbid WHERE datname = $1`,
        [database],
      );
      return { all: rows[0].all, ofOutbox: rows[0].of_outbox, reads: rows[0].reads };
    },
  };
}

/** @typedef {Awaited<ReturnType<typeof countStatements>>} StatementCount */
