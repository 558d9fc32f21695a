import { describe, expect, test, vi } from 'vitest';
import { ProblemError } from '../http/problem.ts';
import type { Load, LoadLevel } from './load.ts';
import { createShedding, type WorkKind, workKinds } from './shedding.ts';

function sheddingAt(levels: Partial<Pick<Load, 'loop' | 'database'>>) {
  const { loop = 'normal', database = 'normal' } = levels;
  const order: LoadLevel[] = ['normal', 'busy', 'overloaded', 'full'];
  const level = order.indexOf(loop) > order.indexOf(database) ? loop : database;
  const load = { loopDelayMs: 0, databaseWaitMs: 0, loop, database, level };
  return createShedding({ now: () => load, reset: () => {}, close: () => {} });
}

function passing(levels: Partial<Pick<Load, 'loop' | 'database'>>): WorkKind[] {
  const shedding = sheddingAt(levels);
  return workKinds.filter((kind) => {
    const next = vi.fn();
    try {
      shedding.begin(kind)(next);
    } catch (error) {
      expect(error).toMatchObject({ code: 'overloaded', status: 503 });
      expect(error).toBeInstanceOf(ProblemError);
    }
    return next.mock.calls.length > 0;
  });
}

describe('load shedding', () => {
  test.each<[LoadLevel, WorkKind[]]>([
    ['normal', ['report', 'read', 'write', 'booking']],
    ['busy', ['read', 'write', 'booking']],
    ['overloaded', ['booking']],
    ['full', []],
  ])('at loop level %s admits %j', (loop, admitted) => expect(passing({ loop })).toEqual(admitted));

  test.each<[LoadLevel, WorkKind[]]>([
    ['busy', ['read', 'write', 'booking']],
    ['overloaded', ['read', 'booking']],
    ['full', ['read']],
  ])('at database level %s admits %j, because the cache may serve reads', (database, admitted) =>
    expect(passing({ database })).toEqual(admitted),
  );

  test('counts rejected requests by kind', () => {
    const shedding = sheddingAt({ loop: 'full' });
    for (const kind of workKinds) expect(() => shedding.begin(kind)).toThrow();
    expect(shedding.shed).toEqual({ report: 1, read: 1, write: 1, booking: 1 });
  });
});

describe('while the database is overloaded', () => {
  test('a read is rejected when it requires a database connection, also asynchronously', async () => {
    const shedding = sheddingAt({ database: 'overloaded' });
    const work = new Promise<void>((resolve, reject) => {
      shedding.begin('read')(() => {
        Promise.resolve()
          .then(() => shedding.admit())
          .then(resolve, reject);
      });
    });
    await expect(work).rejects.toMatchObject({ code: 'overloaded' });
  });

  test('bookings and earlier work may use the database', () => {
    const shedding = sheddingAt({ database: 'overloaded' });
    expect(() => shedding.begin('booking')(() => shedding.admit())).not.toThrow();
    expect(() => shedding.admit()).not.toThrow();
  });
});
