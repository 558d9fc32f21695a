import { type Checks, checkOptions, optional } from '../core/internal.ts';
import { aSqlName, indexOf, sqlOf, type TableName } from '../postgres/internal.ts';

export const defaultTable: TableName = { schema: 'public', table: 'jobs_outbox' };

const checks: Checks<Partial<TableName>> = { schema: optional(aSqlName), table: optional(aSqlName) };

/**
 * The SQL that creates the table of createPostgresOutbox, for your migrations. The schema must exist. Running it again
 * changes nothing. The file migrations/postgres-outbox.sql of the package contains it with the default names.
 *
 * @throws TypeError for a name that is not 1 to 30 letters, digits or underscores
 */
export function postgresOutboxMigration(options: Partial<TableName> = {}): string {
  checkOptions('postgresOutboxMigration', options, checks, (message) => new TypeError(message));
  const name = { ...defaultTable, ...options };
  const table = sqlOf(name);
  return `-- Messages that are sent once, at a time. OutboxStore of @bookedbarber/redis-tier/jobs describes the states.
CREATE TABLE IF NOT EXISTS ${table} (
  id                   uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant               text COLLATE "C" NOT NULL DEFAULT '',
  kind                 text NOT NULL,
  -- Not jsonb: the handler receives the text that was written, which may contain what jsonb cannot represent.
  payload              json NOT NULL,
  -- Unique for the tenant and kind until the message is cancelled.
  key                  text,
  state                text NOT NULL DEFAULT 'pending' CHECK (state IN
                         ('pending', 'enqueued', 'sending', 'sent', 'failed', 'dead', 'unknown', 'cancelled')),
  due_at               timestamptz NOT NULL,
  -- 0 is urgent.
  priority             smallint NOT NULL DEFAULT 0 CHECK (priority BETWEEN 0 AND 9),
  attempts             integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  -- Increases whenever the message must be enqueued again, so that an older job of the queue cannot claim it.
  generation           integer NOT NULL DEFAULT 1 CHECK (generation >= 1),
  enqueued_at          timestamptz,
  -- The latest claim. It stays after the claim has ended.
  claim_token          uuid,
  claimed_until        timestamptz,
  -- Number of attempts with an unknown outcome.
  unknown_outcomes     integer NOT NULL DEFAULT 0 CHECK (unknown_outcomes >= 0),
  -- After this, only a worker with an earlier claim may still send the message.
  cancel_requested_at  timestamptz,
  -- This message waits while that one is being sent.
  follows              uuid,
  last_error           text,
  created_at           timestamptz NOT NULL DEFAULT now(),
  finished_at          timestamptz,
  CHECK (state <> 'sending' OR (claim_token IS NOT NULL AND claimed_until IS NOT NULL)),
  CHECK ((state IN ('sent', 'failed', 'dead', 'cancelled')) = (finished_at IS NOT NULL))
);
CREATE UNIQUE INDEX IF NOT EXISTS ${indexOf(name, 'key')} ON ${table} (tenant, kind, key)
  WHERE key IS NOT NULL AND cancel_requested_at IS NULL;
-- Partial indexes, because only a few rows are in these states at any time.
CREATE INDEX IF NOT EXISTS ${indexOf(name, 'fair_order')} ON ${table} (priority, tenant, due_at)
  WHERE state IN ('pending', 'enqueued');
CREATE INDEX IF NOT EXISTS ${indexOf(name, 'enqueued')} ON ${table} (due_at) WHERE state = 'enqueued';
CREATE INDEX IF NOT EXISTS ${indexOf(name, 'sending')} ON ${table} (claimed_until) WHERE state = 'sending';
CREATE INDEX IF NOT EXISTS ${indexOf(name, 'unknown')} ON ${table} (kind) WHERE state = 'unknown';
CREATE INDEX IF NOT EXISTS ${indexOf(name, 'follows')} ON ${table} (follows) WHERE follows IS NOT NULL;
CREATE INDEX IF NOT EXISTS ${indexOf(name, 'finished')} ON ${table} (finished_at) WHERE finished_at IS NOT NULL;
`;
}
