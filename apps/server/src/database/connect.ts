import { CamelCasePlugin, Kysely, PostgresDialect, type Transaction } from 'kysely';
import pg from 'pg';
import { addressed, type ServerAddress } from './connection.ts';
import { endPool } from './end-pool.ts';
import { PreparingClient } from './prepared.ts';
import type { Database } from './schema.ts';

export type Db = Kysely<Database>;
/** Either the database or a transaction on it. Inside a transaction pass the transaction on: never take a second connection. */
export type Executor = Db | Transaction<Database>;

const dateOid = 1082;

export type DatabaseOptions = ServerAddress & {
  /** Most connections this process holds. */
  poolSize: number;
  /** Longest time a request waits for a connection, in ms. */
  acquireTimeoutMs: number;
  /** Longest time of one statement, in ms, kept by the server. */
  statementTimeoutMs: number;
  applicationName: string;
  /** Called before a connection is waited for; what it throws, the work that wants one is told. */
  admit?: () => void;
};

export type PoolUse = {
  total: number;
  idle: number;
  waiting: number;
  /** How long the one that has waited longest waits for a connection, in ms. */
  maxWaitMs: number;
};

const pools = new WeakMap<Db, { pool: pg.Pool; waits: Waits }>();

/** Connections that this process holds, those of them that nobody uses, and the requests that wait for one. */
export function poolUse(db: Db): PoolUse {
  const { pool, waits } = pools.get(db) ?? {};
  return {
    total: pool?.totalCount ?? 0,
    idle: pool?.idleCount ?? 0,
    waiting: pool?.waitingCount ?? 0,
    maxWaitMs: waits?.maxMs() ?? 0,
  };
}

/** Opens the pool lazily: the first query connects. `onIdleError` hears of connections that the server closed. */
export function connectDatabase(options: DatabaseOptions, onIdleError: (error: Error) => void): Db {
  const pool = new pg.Pool({
    Client: PreparingClient,
    ...addressed(options),
    max: options.poolSize,
    connectionTimeoutMillis: options.acquireTimeoutMs,
    statement_timeout: options.statementTimeoutMs,
    idle_in_transaction_session_timeout: options.statementTimeoutMs * 2,
    application_name: options.applicationName,
    // A calendar day stays text: a Date would put a zone into it that it does not have.
    types: {
      getTypeParser: (oid, format) => (oid === dateOid ? String : pg.types.getTypeParser(oid, format)),
    },
  });
  pool.on('error', onIdleError);
  // The pool listens to idle connections only. One that breaks while it is lent out between two statements would end the
  // process; whoever holds it learns of it by the statement that fails.
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

/** When the waits that are not over began, the oldest first. */
function createWaits() {
  const began = new Map<symbol, number>();
  return {
    async during<T>(wait: Promise<T>): Promise<T> {
      const id = Symbol();
      began.set(id, performance.now());
      try {
        return await wait;
      } finally {
        began.delete(id);
      }
    },
    maxMs(): number {
      const oldest = began.values().next().value;
      return oldest === undefined ? 0 : performance.now() - oldest;
    },
  };
}
