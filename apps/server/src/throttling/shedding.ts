import { AsyncLocalStorage } from 'node:async_hooks';
import { problem } from '../http/problem.ts';
import { isAtLeast, type LoadLevel, type LoadMonitor } from './load.ts';

/** Kinds of work in the order in which they are shed. Requests of operators count as bookings. */
export const workKinds = ['report', 'read', 'write', 'booking'] as const;
export type WorkKind = (typeof workKinds)[number];

export type Shedding = {
  readonly load: LoadMonitor;
  /** Requests rejected since the start of the process. */
  readonly shed: Readonly<Record<WorkKind, number>>;
  /**
   * Returns a function that runs the work, or throws overloaded. A read is admitted while only the database is
   * overloaded, because the cache may serve it. If it requires a connection, `admit` rejects it.
   */
  begin(kind: WorkKind): (next: () => void) => void;
  /**
   * Call it before waiting for a database connection. Throws overloaded for a read, if the database is still
   * overloaded.
   */
  admit(): void;
};

/** The level from which on each kind is shed. */
const shedFrom: Readonly<Record<WorkKind, LoadLevel>> = {
  report: 'busy',
  read: 'overloaded',
  write: 'overloaded',
  booking: 'full',
};

const proceed = (next: () => void): void => next();

export function createShedding(load: LoadMonitor): Shedding {
  const shed = { report: 0, read: 0, write: 0, booking: 0 };
  const cacheOnly = new AsyncLocalStorage<true>();

  function reject(kind: WorkKind): never {
    shed[kind] += 1;
    throw problem('overloaded');
  }

  return {
    load,
    shed,
    begin(kind) {
      const { loop, database, level } = load.now();
      if (level === 'normal') return proceed;
      if (isAtLeast(kind === 'read' ? loop : level, shedFrom[kind])) return reject(kind);
      if (kind === 'read' && isAtLeast(database, shedFrom.read)) return (next) => cacheOnly.run(true, next);
      return proceed;
    },
    admit() {
      if (cacheOnly.getStore() === true && isAtLeast(load.now().database, shedFrom.read)) reject('read');
    },
  };
}
