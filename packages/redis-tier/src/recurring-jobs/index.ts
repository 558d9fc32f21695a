export { recurringJobsMigration } from './migration.ts';
export type { RecurringJob } from './recurring-job.ts';
export {
  type RecurringJobs,
  type RecurringJobsEvent,
  type RecurringJobsOptions,
  startRecurringJobs,
} from './start-recurring-jobs.ts';
