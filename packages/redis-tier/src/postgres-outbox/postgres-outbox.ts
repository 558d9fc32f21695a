import { type Clock, systemClock } from '../core/index.ts';
import { anObjectWith, type Checks, checkOptions, optional } from '../core/internal.ts';
import { aPayloadLimit, defaultMaxPayloadBytes } from '../jobs/outbox/new-message.ts';
import type { MessageName, Outbox, PayloadLease, Payloads } from '../jobs/outbox/outbox.ts';
import type { OutboxStore } from '../jobs/outbox/outbox-store.ts';
import { type ListenClient, listen, type Queryable } from '../postgres/index.ts';
import { aSqlName } from '../postgres/internal.ts';
import { postgresClaims } from './claims.ts';
import { defaultTable } from './migration.ts';
import { outboxTable } from './outbox-table.ts';
import { postgresOutcomes } from './outcomes.ts';
import { programCalls } from './program-calls.ts';
import { postgresUpkeep } from './upkeep.ts';

/** `pg.Pool`, or anything with its `query`. Without `connect` there are no notifications, and jobs poll. */
export type PostgresPool = Queryable & {
  connect?(): Promise<ListenClient & { release(destroy: boolean): void }>;
};

export type PostgresOutboxOptions = {
  /**
   * Never closed by the outbox. While jobs run, one of its connections listens for messages, so it needs at least two.
   */
  pool: PostgresPool;
  /** The schema of the table: 1 to 30 letters, digits or underscores. Default `public`. */
  schema?: string;
  /** The name of the table: 1 to 30 letters, digits or underscores. Default `jobs_outbox`. */
  table?: string;
  /** Longest payload as JSON, 1 to 1,000,000 bytes. Default 65,536. */
  maxPayloadBytes?: number;
  /** The time of messages without `dueMs`. Default the system's clock. */
  clock?: Clock;
};

export type PostgresOutbox<P extends Payloads> = Outbox<P, Queryable> & {
  /**
   * Makes a message that is failed, dead or unknown due now, with all its attempts, in the transaction of `client` if it
   * is in one. False: it is in another state or was cancelled.
   *
   * @throws TypeError for a name that is neither an id nor a key
   */
  retry(client: Queryable, name: MessageName): Promise<boolean>;
  /**
   * Deletes messages that were finished (sent, failed, dead or cancelled) before this time, in ms since the epoch, and
   * resolves with their number. Messages with unknown outcome are not finished.
   */
  deleteFinished(beforeMs: number): Promise<number>;
};

export const postgresOutboxChecks: Checks<PostgresOutboxOptions> = {
  pool: anObjectWith('query'),
  schema: optional(aSqlName),
  table: optional(aSqlName),
  maxPayloadBytes: optional(aPayloadLimit),
  clock: optional(anObjectWith('nowMs')),
};

/**
 * An outbox in the table that postgresOutboxMigration creates. A transaction writes its messages with its other changes,
 * and startJobs sends them after the commit.
 *
 * @throws TypeError for an option that is out of range or unknown
 */
export function createPostgresOutbox<P extends Payloads = Record<string, unknown>>(
  options: PostgresOutboxOptions,
): PostgresOutbox<P> {
  checkOptions('createPostgresOutbox', options, postgresOutboxChecks, (message) => new TypeError(message));
  const { pool, maxPayloadBytes = defaultMaxPayloadBytes, clock = systemClock } = options;
  const { schema = defaultTable.schema, table = defaultTable.table } = options;
  const outbox = outboxTable(pool, { schema, table });
  const { connect } = pool;
  const store: OutboxStore = {
    ...postgresClaims(outbox),
    ...postgresOutcomes(outbox),
    ...postgresUpkeep(outbox),
    ...(connect === undefined
      ? {}
      : {
          listen: (onMessage, onError) =>
            listen({
              connect: (signal) => connection(connect.call(pool), signal),
              channels: [outbox.channel],
              onNotify: onMessage,
              onError,
            }),
        }),
  };
  return {
    // The kinds and payloads of the rows are those that `enqueue` has written.
    ...(store as OutboxStore<PayloadLease<P>>),
    ...programCalls<P>(outbox, { nowMs: () => clock.nowMs(), maxPayloadBytes }),
  };
}

/** A connection of the pool that is closed, instead of being used again, when `signal` is aborted. */
async function connection<C extends { release(destroy: boolean): void }>(
  connecting: Promise<C>,
  signal: AbortSignal,
): Promise<C> {
  const client = await connecting;
  if (signal.aborted) client.release(true);
  else signal.addEventListener('abort', () => client.release(true), { once: true });
  return client;
}
