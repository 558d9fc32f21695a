import { AsyncLocalStorage } from 'node:async_hooks';
import { problem } from '../http/problem.ts';
import { isAtLeast, type LoadLevel, type LoadMonitor } from './load.ts';

/** What is shed together, in this order. Bookings and operators are the last. */
export const workKinds = ['report', 'read', 'write', 'booking'] as const;
export type WorkKind = (typeof workKinds)[number];

export type Shedding = {
  readonly load: LoadMonitor;
  /** Turned away since the start. */
  readonly shed: Readonly<Record<WorkKind, number>>;
  /**
   * Begins a piece of work: gives what goes on with it, or throws overloaded. A read goes on while only the database is
   * behind: the cache may have it, aged or not. If it needs a connection all the same, `admit` turns it away.
   */
  begin(kind: WorkKind): (next: () => void) => void;
  /** Before a connection to the database is waited for. Throws overloaded for a read that began while it was behind. */
  admit(): void;
};

const shedFrom: Readonly<Record<WorkKind, LoadLevel>> = {
  report: 'busy',
  read: 'overloaded',
  write: 'overloaded',
  booking: 'full',
};

const goOn = (next: () => void): void => next();

export function createShedding(load: LoadMonitor): Shedding {
  const shed = { report: 0, read: 0, write: 0, booking: 0 };
  const behind = new AsyncLocalStorage<true>();

  function refuse(kind: WorkKind): never {
    shed[kind] += 1;
    throw problem('overloaded');
  }

  return {
    load,
    shed,
    begin(kind) {
      const { loop, database, level } = load.now();
      if (level === 'normal') return goOn;
      if (isAtLeast(kind === 'read' ? loop : level, shedFrom[kind])) return refuse(kind);
      if (kind === 'read' && isAtLeast(database, shedFrom.read)) return (next) => behind.run(true, next);
      return goOn;
    },
    admit() {
      if (behind.getStore() === true && isAtLeast(load.now().database, shedFrom.read)) refuse('read');
    },
  };
}
