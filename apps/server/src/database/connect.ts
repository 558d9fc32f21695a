import { CamelCasePlugin, Kysely, PostgresDialect, type Transaction } from 'kysely';
import pg from 'pg';
import { clientConfig, type ServerAddress } from './connection.ts';
import { endPool } from './end-pool.ts';
import { PreparingClient } from './prepared.ts';
import type { Database } from './schema.ts';

export type Db = Kysely<Database>;
/**
 * The database or a transaction on it. Code in a transaction must pass the transaction on and never take a second
 * connection.
 */
export type Executor = Db | Transaction<Database>;

const dateOid = 1082;

export type DatabaseOptions = ServerAddress & {
  /** Maximum connections of this process. */
  poolSize: number;
  /** Longest wait for a connection, in ms. */
  acquireTimeoutMs: number;
  /** Longest time of one statement, in ms, enforced by PostgreSQL. */
  statementTimeoutMs: number;
  applicationName: string;
  /** Called before each wait for a connection. An error that it throws rejects the query or transaction. */
  admit?: () => void;
};

export type PoolUse = {
  total: number;
  idle: number;
  waiting: number;
  /** The longest current wait for a connection, in ms. */
  maxWaitMs: number;
};

const pools = new WeakMap<Db, { pool: pg.Pool; waits: Waits }>();

/** The pool's connections (total and idle) and the requests that wait for one. */
export function poolUse(db: Db): PoolUse {
  const { pool, waits } = pools.get(db) ?? {};
  return {
    total: pool?.totalCount ?? 0,
    idle: pool?.idleCount ?? 0,
    waiting: pool?.waitingCount ?? 0,
    maxWaitMs: waits?.maxMs() ?? 0,
  };
}

/**
 * Opens the pool lazily: the first query connects. `onIdleError` receives errors of idle connections that the server
 * closed.
 */
export function connectDatabase(options: DatabaseOptions, onIdleError: (error: Error) => void): Db {
  const pool = new pg.Pool({
    Client: PreparingClient,
    ...clientConfig(options),
    max: options.poolSize,
    connectionTimeoutMillis: options.acquireTimeoutMs,
    statement_timeout: options.statementTimeoutMs,
    idle_in_transaction_session_timeout: options.statementTimeoutMs * 2,
    application_name: options.applicationName,
    // A calendar day stays text: a Date would add a time zone.
    types: {
      getTypeParser: (oid, format) => (oid === dateOid ? String : pg.types.getTypeParser(oid, format)),
    },
  });
  pool.on('error', onIdleError);
  // The pool handles errors of idle connections only. Without this listener, a connection that breaks between two
  // statements of its user would crash the process. The user sees the failure in the next statement.
  pool.on('connect', (client) => client.on('error', () => {}));
  const inUse = new Set<pg.PoolClient>();
  pool.on('acquire', (client) => inUse.add(client));
  pool.on('release', (_error, client) => inUse.delete(client));
  const waits = createWaits();
  const { admit } = options;
  const db: Db = new Kysely<Database>({
    dialect: new PostgresDialect({
      pool: {
        async connect() {
          admit?.();
          return waits.during(pool.connect());
        },
        end: () => endPool(pool, { inUse, server: options }),
      },
    }),
    plugins: [new CamelCasePlugin()],
  });
  pools.set(db, { pool, waits });
  return db;
}

type Waits = ReturnType<typeof createWaits>;

/** Start times of the current waits, oldest first. */
function createWaits() {
  const startedMs = new Map<symbol, number>();
  return {
    async during<T>(wait: Promise<T>): Promise<T> {
      const id = Symbol();
      startedMs.set(id, performance.now());
      try {
        return await wait;
      } finally {
        startedMs.delete(id);
      }
    },
    maxMs(): number {
      const oldest = startedMs.values().next().value;
      return oldest === undefined ? 0 : performance.now() - oldest;
    },
  };
}
