import type { JobsEvent } from '@bookedbarber/redis-tier/jobs';
import { sql } from 'kysely';
import type { Executor } from '../../database/connect.ts';

/** How often messages of a kind were settled in a way, by all workers, ever. */
export type OutcomeCount = { kind: string; outcome: string; total: number };

/**
 * Counts what becomes of messages. A worker is no web server, so nobody can ask it: what it counted is added to rows that all
 * workers share, from time to time. What a worker had not written when it was killed is missing from the counts, never from
 * the outbox.
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

    /** Writes what was counted since the last time. What cannot be written is kept for the next. */
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
