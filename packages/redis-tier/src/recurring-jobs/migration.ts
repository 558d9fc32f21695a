import { type Checks, checkOptions, optional } from '../core/internal.ts';
import { aSqlName, sqlOf, type TableName } from '../postgres/internal.ts';

export const defaultTable: TableName = { schema: 'public', table: 'recurring_job' };

const checks: Checks<Partial<TableName>> = { schema: optional(aSqlName), table: optional(aSqlName) };

/**
 * The SQL that creates the table of startRecurringJobs, for your migrations. The schema must exist. Running it again
 * changes nothing. The file migrations/recurring-jobs.sql of the package contains it with the default names.
 *
 * @throws TypeError for a name that is not 1 to 30 letters, digits or underscores
 */
export function recurringJobsMigration(options: Partial<TableName> = {}): string {
  checkOptions('recurringJobsMigration', options, checks, (message) => new TypeError(message));
  return `-- Recurring jobs. Any process may claim a due job. A process that stops loses the job when its claim expires.
CREATE TABLE IF NOT EXISTS ${sqlOf({ ...defaultTable, ...options })} (
  name           text PRIMARY KEY,
  due_at         timestamptz NOT NULL,
  claim_token    uuid,
  claimed_until  timestamptz,
  started_at     timestamptz,
  ended_at       timestamptz,
  -- The result of the latest run, or its error message if it failed.
  outcome        text,
  failed         boolean NOT NULL DEFAULT false,
  CHECK ((claim_token IS NULL) = (claimed_until IS NULL))
);
`;
}
