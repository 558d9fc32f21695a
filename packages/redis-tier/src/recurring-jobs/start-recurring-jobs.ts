/**
 * Runs jobs that recur. PostgreSQL stores the due time and the lease of each job, so that only one process of the fleet
 * runs it, and data loss in Redis skips no run. A job that became due while no process was running runs once when a
 * process starts.
 */
import { randomUUID } from 'node:crypto';
import { type Clock, systemClock } from '../core/index.ts';
import {
  aFunction,
  anObjectWith,
  type Check,
  type Checks,
  checkOptions,
  integerFrom,
  optional,
  startLoop,
  timers,
} from '../core/internal.ts';
import type { Queryable } from '../postgres/index.ts';
import { aSqlName, sqlOf } from '../postgres/internal.ts';
import { jobRows } from './job-rows.ts';
import { defaultTable } from './migration.ts';
import { checkJobs, firstRunMs, nextRunMs, type RecurringJob } from './recurring-job.ts';

export type RecurringJobsEvent =
  | { readonly event: 'completed'; readonly name: string; readonly outcome: string }
  /** A run failed. The job runs again when it is next due. */
  | { readonly event: 'failed'; readonly name: string; readonly error: unknown }
  /** Another process began a run and neither ended it nor renewed its lease. This process runs the job now. */
  | { readonly event: 'taken-over'; readonly name: string }
  /** This process did not renew its lease in time, and another process has taken over the job. */
  | { readonly event: 'lease-lost'; readonly name: string }
  /** The database failed. The next poll tries again. */
  | { readonly event: 'error'; readonly error: unknown };

export type RecurringJobsOptions = {
  /** `pg.Pool`, or anything with its `query`. Never closed by the jobs. */
  pool: Queryable;
  jobs: readonly RecurringJob[];
  /** The schema of the table: 1 to 30 letters, digits or underscores. Default `public`. */
  schema?: string;
  /** The name of the table, one for each application: as the schema. Default `recurring_job`. */
  table?: string;
  clock?: Clock;
  /** How often the table is polled, 1 ms to one day. Default 10,000. */
  pollIntervalMs?: number;
  /** Duration of the lease, 10 ms to one day. It is renewed while the job runs. Default 60,000. */
  leaseMs?: number;
  onEvent?: (event: RecurringJobsEvent) => void;
};

export type RecurringJobs = {
  /** Polls the table now. */
  wake(): void;
  /** Aborts the running jobs and waits for them. */
  stop(): Promise<void>;
  /** As `stop`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
};

const dayMs = 86_400_000;
const aList: Check = (value) => (Array.isArray(value) ? undefined : 'a list');

export const recurringJobsChecks: Checks<RecurringJobsOptions> = {
  pool: anObjectWith('query'),
  jobs: aList,
  schema: optional(aSqlName),
  table: optional(aSqlName),
  clock: optional(anObjectWith('nowMs')),
  pollIntervalMs: optional(integerFrom(1, dayMs)),
  leaseMs: optional(integerFrom(10, dayMs)),
  onEvent: optional(aFunction),
};

/**
 * Polls immediately and then at each interval.
 *
 * @throws TypeError for an option or a job that is out of range or unknown
 */
export function startRecurringJobs(options: RecurringJobsOptions): RecurringJobs {
  checkOptions('startRecurringJobs', options, recurringJobsChecks, (message) => new TypeError(message));
  const { pool, jobs, clock = systemClock, pollIntervalMs = 10_000, leaseMs = 60_000, onEvent } = options;
  const { schema = defaultTable.schema, table = defaultTable.table } = options;
  checkJobs(jobs);
  const rows = jobRows(pool, sqlOf({ schema, table }));
  const stopping = new AbortController();
  const emit = (event: RecurringJobsEvent): void => onEvent?.(event);
  const onError = (error: unknown): void => emit({ event: 'error', error });

  async function poll(job: RecurringJob): Promise<void> {
    const token = randomUUID();
    const nowMs = clock.nowMs();
    const claim = await rows.claim(job.name, token, nowMs, nowMs + leaseMs, firstRunMs(job, nowMs));
    if (claim === null) return;
    if (claim.tookOver) emit({ event: 'taken-over', name: job.name });
    const { outcome, error } = await run(job, token);
    const endedMs = clock.nowMs();
    const failed = error !== undefined;
    const nextMs = nextRunMs(job, endedMs);
    if (!(await rows.end(token, { endedMs, nextMs, outcome, failed })))
      emit({ event: 'lease-lost', name: job.name });
    else if (!failed) emit({ event: 'completed', name: job.name, outcome });
    // An abort because the process stops is not an error.
    else if (error !== stopping.signal.reason) emit({ event: 'failed', name: job.name, error });
  }

  /** `error`: the run failed, and the outcome is its message. */
  async function run(job: RecurringJob, token: string): Promise<{ outcome: string; error?: unknown }> {
    const lost = new AbortController();
    const renew = async (): Promise<void> => {
      if (await rows.renew(token, clock.nowMs() + leaseMs)) return;
      lost.abort(new Error('another process has taken over the job'));
    };
    const renewal = timers.setInterval(() => void renew().catch(onError), leaseMs / 3).unref();
    try {
      const outcome = await job.run(AbortSignal.any([stopping.signal, lost.signal]));
      return { outcome: typeof outcome === 'string' ? outcome : '' };
    } catch (error) {
      return {
        outcome: error instanceof Error ? error.message : String(error),
        error: error ?? new Error('no reason'),
      };
    } finally {
      timers.clearInterval(renewal);
    }
  }

  let swept = false;
  async function sweep(): Promise<void> {
    if (swept) return;
    await rows.deleteAbandoned(
      jobs.map(({ name }) => name),
      clock.nowMs(),
    );
    swept = true;
  }

  // One loop per job, so that a long job does not delay the others.
  const loops = [sweep, ...jobs.map((job) => () => poll(job))].map((work) =>
    startLoop(async () => (stopping.signal.aborted ? undefined : work()), {
      everyMs: pollIntervalMs,
      onError,
    }),
  );

  async function stop(): Promise<void> {
    stopping.abort(new Error('the process is stopping'));
    await Promise.all(loops.map((loop) => loop.stop()));
  }

  return {
    wake() {
      for (const loop of loops) loop.wake();
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
