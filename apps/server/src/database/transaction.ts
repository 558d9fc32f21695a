import type { Transaction } from 'kysely';
import type { Db } from './connect.ts';
import { isTransient } from './errors.ts';
import type { Database } from './schema.ts';

export type Tx = Transaction<Database>;

type Effect = () => Promise<void>;

const attempts = 5;
const effects = new WeakMap<Tx, Effect[]>();

/**
 * Runs `work` in a transaction (read committed). After a deadlock or serialization failure it runs `work` again, at
 * most 5 times in total. `work` must therefore have no effects outside the transaction, except through afterCommit.
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
      // A failed COMMIT may have taken effect, so the effects run in any case.
      if (worked) await run(pending);
      if (attempt >= attempts || !isTransient(error)) throw error;
      await backoff(attempt);
    }
  }
}

/** Schedules `effect` to run after the commit, also after one with an unknown outcome. It must not throw. */
export function afterCommit(tx: Tx, effect: Effect): void {
  const pending = effects.get(tx);
  if (pending === undefined)
    throw new TypeError('afterCommit requires a transaction started by transaction()');
  pending.push(effect);
}

async function run(pending: Effect[]): Promise<void> {
  await Promise.all(pending.splice(0).map((effect) => effect()));
}

/** Exponential backoff with full jitter, so that the retries of two deadlock victims do not collide. */
function backoff(attempt: number): Promise<void> {
  const ms = Math.random() * 20 * 2 ** attempt;
  return new Promise((resolve) => setTimeout(resolve, ms));
}
