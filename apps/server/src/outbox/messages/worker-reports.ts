import type { Jobs } from '@bookedbarber/redis-tier/jobs';
import { sql } from 'kysely';
import type { Executor } from '../../database/connect.ts';

/** A worker, as it said of itself in the last half minute. */
export type WorkerReport = {
  deliversFrom: 'queue' | 'outbox';
  /** Messages in work. */
  inProgress: number;
  /** The server of its queue; null: it has none, or has not seen it. */
  server: { evictionPolicy: string | null; usedBytes: number; maxBytes: number; skewMs: number } | null;
};

/** Who has said nothing for so long has gone, in ms; six times as often as they report. */
const reportValidMs = 30_000;

/** Tells of a worker. The api cannot ask it, and does not watch the server of its queue. */
export async function reportWorker(
  executor: Executor,
  id: string,
  { by, inProgress, server }: ReturnType<Jobs['status']>,
): Promise<void> {
  const row = {
    deliversFrom: by,
    inProgress,
    evictionPolicy: server?.evictionPolicy ?? null,
    usedBytes: server === null ? null : String(Math.round(server.usedBytes)),
    maxBytes: server === null ? null : String(Math.round(server.maxBytes)),
    skewMs: server?.skewMs ?? null,
  };
  const reportedAt = sql<Date>`clock_timestamp()`;
  await executor
    .insertInto('outboxWorker')
    .values({ id, ...row, reportedAt })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ ...row, reportedAt }))
    .execute();
  // Those that were killed said no good-bye.
  await executor.deleteFrom('outboxWorker').where(isExpired).execute();
}

export async function deleteWorkerReport(executor: Executor, id: string): Promise<void> {
  await executor.deleteFrom('outboxWorker').where('id', '=', id).execute();
}

export async function readWorkers(executor: Executor): Promise<WorkerReport[]> {
  const rows = await executor
    .selectFrom('outboxWorker')
    .selectAll()
    .where((eb) => eb.not(isExpired))
    .orderBy('id')
    .execute();
  return rows.map(({ deliversFrom, inProgress, evictionPolicy, usedBytes, maxBytes, skewMs }) => ({
    deliversFrom,
    inProgress,
    server:
      usedBytes === null || maxBytes === null || skewMs === null
        ? null
        : { evictionPolicy, usedBytes: Number(usedBytes), maxBytes: Number(maxBytes), skewMs },
  }));
}

const isExpired = sql<boolean>`reported_at < clock_timestamp() - ${reportValidMs}::float8 * interval '1 ms'`;
