import type { Transaction } from 'kysely';
import type { Db } from './connect.ts';
import { isTransient } from './errors.ts';
import type { Database } from './schema.ts';

export type Tx = Transaction<Database>;

const attempts = 5;

/**
 * Runs `work` in a transaction (read committed) and runs it again when PostgreSQL gave it up as a deadlock victim or
 * for serialisation: at most 5 times. `work` must therefore have no effect outside the transaction.
 */
export async function transaction<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await db.transaction().execute(work);
    } catch (error) {
      if (attempt >= attempts || !isTransient(error)) throw error;
      await backoff(attempt);
    }
  }
}

/** Full jitter, so that two victims of one deadlock do not meet again. */
function backoff(attempt: number): Promise<void> {
  const ms = Math.random() * 20 * 2 ** attempt;
  return new Promise((resolve) => setTimeout(resolve, ms));
}
