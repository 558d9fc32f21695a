/** What the tier needs of a PostgreSQL client. `pg.Pool`, `pg.PoolClient` and `pg.Client` fit, and so does a wrapper. */
export type Queryable = {
  /** Runs one statement with the values of $1, $2 and so on. */
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
};

/** The rows of one statement. The statement determines their type. */
export async function queryRows<Row>(db: Queryable, text: string, values: unknown[]): Promise<Row[]> {
  return (await db.query(text, values)).rows as Row[];
}
