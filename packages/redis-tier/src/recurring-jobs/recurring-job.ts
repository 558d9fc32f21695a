import { aFunction, type Check, type Checks, checkOptions, integerFrom, optional } from '../core/internal.ts';

export type RecurringJob = {
  /** 1 to 100 characters; identifies the job in the whole fleet. */
  name: string;
  /** Pause from the end of a run to the next run, 1 ms to 366 days. A new job is due immediately. */
  everyMs?: number;
  /**
   * Instead of `everyMs`: the time of the next run after this time, both in ms since the epoch, such as the next three
   * o'clock. Also determines the first run of a new job.
   */
  nextMs?: (afterMs: number) => number;
  /** A text that it resolves with is stored as the outcome. `signal` is aborted on stop, and when the lease is lost. */
  run(signal: AbortSignal): Promise<unknown>;
};

const dayMs = 86_400_000;

const aName: Check = (value) =>
  typeof value === 'string' &&
  value.length > 0 &&
  value.length <= 100 &&
  value.isWellFormed() &&
  !value.includes('\0')
    ? undefined
    : '1 to 100 characters of well-formed Unicode without NUL';

export const recurringJobChecks: Checks<RecurringJob> = {
  name: aName,
  everyMs: optional(integerFrom(1, 366 * dayMs)),
  nextMs: optional(aFunction),
  run: aFunction,
};

/** @throws TypeError for a job with a field out of range, with both or none of the times, or with the name of another */
export function checkJobs(jobs: readonly RecurringJob[]): void {
  const names = new Set<string>();
  for (const job of jobs) {
    checkOptions('startRecurringJobs, jobs', job, recurringJobChecks, (message) => new TypeError(message));
    if ((job.everyMs === undefined) === (job.nextMs === undefined))
      throw new TypeError(`startRecurringJobs: the job ${job.name} needs either everyMs or nextMs.`);
    if (names.has(job.name)) throw new TypeError(`startRecurringJobs: two jobs have the name ${job.name}.`);
    names.add(job.name);
  }
}

/** When a job that ended at `endedMs` runs again. */
export function nextRunMs({ name, everyMs, nextMs }: RecurringJob, endedMs: number): number {
  if (everyMs !== undefined) return endedMs + everyMs;
  const dueMs = nextMs?.(endedMs);
  if (dueMs === undefined || !(dueMs > endedMs && dueMs <= endedMs + 3660 * dayMs))
    throw new RangeError(
      `nextMs of the job ${name} returned ${dueMs}, which is not a later time within ten years.`,
    );
  return dueMs;
}

/** When a new job runs first. */
export function firstRunMs(job: RecurringJob, nowMs: number): number {
  return job.everyMs === undefined ? nextRunMs(job, nowMs) : nowMs;
}
