import type { FastifyBaseLogger } from 'fastify';
import { sql } from 'kysely';
import type { Context } from '../context.ts';
import { idempotencyKeptHours } from '../idempotency.ts';

const everyMs = 60_000;
const hourMs = 3_600_000;
/** Rows of one statement: a large backlog is cleared in steps, so that nobody waits for it. */
const batch = 1000;

/** Removes what has had its time: ended holds, and answers kept for requests that nobody will send again. */
export function startCleanUp(context: Pick<Context, 'db' | 'clock'>, logger: FastifyBaseLogger) {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let running = Promise.resolve();
  const run = async (): Promise<void> => {
    try {
      const removed = await cleanUp(context);
      if (removed.holds + removed.answers > 0) logger.debug(removed, 'cleaned up');
    } catch (error) {
      logger.warn({ err: error }, 'the clean-up failed and is tried again in a minute');
    }
    if (!stopped) timer = setTimeout(next, everyMs);
  };
  const next = (): void => {
    running = run();
  };
  next();
  return {
    async stop(): Promise<void> {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

/** One round. Rows that a booking holds at this moment are left to the next round. */
export async function cleanUp({ db, clock }: Pick<Context, 'db' | 'clock'>) {
  const now = new Date(clock.nowMs());
  const keptSince = new Date(clock.nowMs() - idempotencyKeptHours * hourMs);
  const holds = await inBatches(() =>
    sql`DELETE FROM booking WHERE id IN (
      SELECT id FROM booking WHERE status = 'held' AND held_until <= ${now} LIMIT ${batch} FOR UPDATE SKIP LOCKED
    )`.execute(db),
  );
  const answers = await inBatches(() =>
    sql`DELETE FROM idempotency_record WHERE (scope, key) IN (
      SELECT scope, key FROM idempotency_record WHERE created_at < ${keptSince} LIMIT ${batch} FOR UPDATE SKIP LOCKED
    )`.execute(db),
  );
  return { holds, answers };
}

async function inBatches(step: () => Promise<{ numAffectedRows?: bigint }>): Promise<number> {
  let total = 0;
  for (;;) {
    const removed = Number((await step()).numAffectedRows ?? 0n);
    total += removed;
    if (removed < batch) return total;
  }
}
