import type { Transaction } from 'kysely';
import type { Db } from './connect.ts';
import { isTransient } from './errors.ts';
import type { Database } from './schema.ts';

export type Tx = Transaction<Database>;

type Effect = () => Promise<void>;

const attempts = 5;
const effects = new WeakMap<Tx, Effect[]>();

/**
 * Runs `work` in a transaction (read committed) and runs it again when PostgreSQL gave it up as a deadlock victim or
 * for serialization: at most 5 times. `work` must therefore have no effect outside the transaction, but by afterCommit.
 */
export async function transaction<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const pending: Effect[] = [];
    let worked = false;
    try {
      const result = await db.transaction().execute(async (tx) => {
        effects.set(tx, pending);
        const done = await work(tx);
        worked = true;
        return done;
      });
      await run(pending);
      return result;
    } catch (error) {
      // A commit that failed may have taken place: its effects are due in either case.
      if (worked) await run(pending);
      if (attempt >= attempts || !isTransient(error)) throw error;
      await backoff(attempt);
    }
  }
}

/** Has `effect` run once the transaction is committed, or may be. It must not throw. */
export function afterCommit(tx: Tx, effect: Effect): void {
  const pending = effects.get(tx);
  if (pending === undefined) throw new TypeError('afterCommit wants a transaction of transaction()');
  pending.push(effect);
}

async function run(pending: Effect[]): Promise<void> {
  await Promise.all(pending.splice(0).map((effect) => effect()));
}

/** Full jitter, so that two victims of one deadlock do not meet again. */
function backoff(attempt: number): Promise<void> {
  const ms = Math.random() * 20 * 2 ** attempt;
  return new Promise((resolve) => setTimeout(resolve, ms));
}
