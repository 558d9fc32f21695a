import type { JobsEvent } from '@bookedbarber/redis-tier/jobs';
import { sql } from 'kysely';
import type { Executor } from '../../database/connect.ts';

/** Completed messages of a kind with an outcome, of all workers since installation. */
export type OutcomeCount = { kind: string; outcome: string; total: number };

/**
 * Counts the outcomes of messages. Workers have no HTTP endpoint, so each periodically adds its counts to rows that all
 * workers share. A killed worker loses only the counts that it had not written; the outbox is unaffected.
 */
export function createOutcomeCounter(db: Executor) {
  const counted = new Map<string, { kind: string; outcome: string; count: number }>();

  function add(kind: string, outcome: string, count: number): void {
    const key = `${kind} ${outcome}`;
    const known = counted.get(key);
    if (known === undefined) counted.set(key, { kind, outcome, count });
    else known.count += count;
  }

  return {
    note(event: JobsEvent): void {
      if (event.event === 'completed') add(event.kind, event.completion.state, 1);
      else if (event.event === 'resent') add(event.kind, 'resent', event.count);
    },

    /** Writes the counts since the last call. If that fails, they are written by the next call. */
    async write(): Promise<void> {
      const rows = [...counted.values()].sort((a, b) =>
        `${a.kind} ${a.outcome}` < `${b.kind} ${b.outcome}` ? -1 : 1,
      );
      if (rows.length === 0) return;
      counted.clear();
      try {
        await sql`INSERT INTO outbox_outcome_count (kind, outcome, total)
          SELECT * FROM unnest(${rows.map((row) => row.kind)}::text[], ${rows.map((row) => row.outcome)}::text[],
            ${rows.map((row) => row.count)}::bigint[])
          ON CONFLICT (kind, outcome) DO UPDATE SET total = outbox_outcome_count.total + excluded.total`.execute(
          db,
        );
      } catch (error) {
        for (const { kind, outcome, count } of rows) add(kind, outcome, count);
        throw error;
      }
    },
  };
}

export async function readOutcomeCounts(executor: Executor): Promise<OutcomeCount[]> {
  const rows = await executor
    .selectFrom('outboxOutcomeCount')
    .selectAll()
    .orderBy('kind')
    .orderBy('outcome')
    .execute();
  return rows.map(({ total, ...row }) => ({ ...row, total: Number(total) }));
}
