import type { Jobs } from '@bookedbarber/redis-tier/jobs';
import { sql } from 'kysely';
import type { Executor } from '../../database/connect.ts';

/** The latest report of a worker, at most 30 seconds old. */
export type WorkerReport = {
  deliversFrom: 'queue' | 'outbox';
  /** Messages that are being sent. */
  inProgress: number;
  /** The Redis server of its queue; null: not configured or not reached yet. */
  server: { evictionPolicy: string | null; usedBytes: number; maxBytes: number; skewMs: number } | null;
};

/** A worker without a report for this time has stopped, in ms: six report intervals. */
const reportValidMs = 30_000;

/**
 * Stores the report of a worker, because the API process cannot query workers and does not connect to the queue's
 * Redis server.
 */
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
  // Killed workers leave their reports behind.
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
