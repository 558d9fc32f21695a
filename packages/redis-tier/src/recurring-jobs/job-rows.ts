/** The rows of the jobs: when each is due, and which process runs it until when. */
import type { Queryable } from '../postgres/index.ts';
import { queryRows } from '../postgres/internal.ts';

export type Claim = {
  /** Whether the process that ran the job before has neither ended nor renewed its lease. */
  readonly tookOver: boolean;
};

/** A job that no process has run for this time after it was due exists no more, in ms. */
const abandonedAfterMs = 3_600_000;
/** Maximum length of a stored outcome, which operators see. */
const maxOutcomeLength = 300;

export function jobRows(db: Queryable, table: string) {
  return {
    /** Claims the job if it is due and no process runs it; otherwise null. A new job is added, due at `firstMs`. */
    async claim(
      name: string,
      token: string,
      nowMs: number,
      untilMs: number,
      firstMs: number,
    ): Promise<Claim | null> {
      const [claimed] = await queryRows<Claim>(
        db,
        `WITH due AS (
            SELECT name, claim_token FROM ${table}
            WHERE name = $1 AND due_at <= $3::timestamptz AND (claimed_until IS NULL OR claimed_until < $3)
            FOR UPDATE SKIP LOCKED
          ), claimed AS (
            UPDATE ${table} AS job SET claim_token = $2::uuid, claimed_until = $4::timestamptz, started_at = $3
            FROM due WHERE job.name = due.name RETURNING due.claim_token IS NOT NULL AS took_over
          ), added AS (
            INSERT INTO ${table} (name, due_at, claim_token, claimed_until, started_at)
            SELECT $1, $5::timestamptz, CASE WHEN $5 <= $3 THEN $2 END, CASE WHEN $5 <= $3 THEN $4 END,
              CASE WHEN $5 <= $3 THEN $3 END
            WHERE NOT EXISTS (SELECT FROM ${table} WHERE name = $1)
            ON CONFLICT (name) DO NOTHING RETURNING claim_token
          )
          SELECT took_over AS "tookOver" FROM claimed
          UNION ALL SELECT FALSE FROM added WHERE claim_token IS NOT NULL`,
        [name, token, new Date(nowMs), new Date(untilMs), new Date(firstMs)],
      );
      return claimed ?? null;
    },

    /** False: another process has taken over the job. */
    async renew(token: string, untilMs: number): Promise<boolean> {
      const renewed = await queryRows(
        db,
        `UPDATE ${table} SET claimed_until = $2 WHERE claim_token = $1 RETURNING name`,
        [token, new Date(untilMs)],
      );
      return renewed.length > 0;
    },

    /** False: another process has taken over the job, and its row stays as it is. */
    async end(
      token: string,
      {
        endedMs,
        nextMs,
        outcome,
        failed,
      }: { endedMs: number; nextMs: number; outcome: string; failed: boolean },
    ): Promise<boolean> {
      const ended = await queryRows(
        db,
        `UPDATE ${table} SET claim_token = NULL, claimed_until = NULL, ended_at = $2, due_at = $3, outcome = $4,
          failed = $5 WHERE claim_token = $1 RETURNING name`,
        [
          token,
          new Date(endedMs),
          new Date(nextMs),
          // PostgreSQL holds neither a NUL nor half of a character.
          outcome.replaceAll('\0', '').slice(0, maxOutcomeLength).toWellFormed(),
          failed,
        ],
      );
      return ended.length > 0;
    },

    /**
     * Deletes jobs that no longer exist. During a deployment the previous version still runs jobs that this one does
     * not know, and those stay; a job that is deleted too early is added again by its process.
     */
    async deleteAbandoned(names: readonly string[], nowMs: number): Promise<void> {
      await queryRows(
        db,
        `DELETE FROM ${table} WHERE name <> ALL($1::text[]) AND due_at < $2 AND claim_token IS NULL`,
        [names, new Date(nowMs - abandonedAfterMs)],
      );
    },
  };
}
