import { describe, expect, test, vi } from 'vitest';
import { ProblemError } from '../http/problem.ts';
import type { Load, LoadLevel } from './load.ts';
import { createShedding, type WorkKind, workKinds } from './shedding.ts';

function sheddingAt(levels: Partial<Pick<Load, 'loop' | 'database'>>) {
  const { loop = 'normal', database = 'normal' } = levels;
  const order: LoadLevel[] = ['normal', 'busy', 'overloaded', 'full'];
  const level = order.indexOf(loop) > order.indexOf(database) ? loop : database;
  const load = { loopDelayMs: 0, databaseWaitMs: 0, loop, database, level };
  return createShedding({ now: () => load, forget: () => {}, close: () => {} });
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

describe('what is shed', () => {
  test.each<[LoadLevel, WorkKind[]]>([
    ['normal', ['report', 'read', 'write', 'booking']],
    ['busy', ['read', 'write', 'booking']],
    ['overloaded', ['booking']],
    ['full', []],
  ])('when the loop is %s leaves %j', (loop, left) => expect(passing({ loop })).toEqual(left));

  test.each<[LoadLevel, WorkKind[]]>([
    ['busy', ['read', 'write', 'booking']],
    ['overloaded', ['read', 'booking']],
    ['full', ['read']],
  ])('when the database is %s leaves %j, since the cache may have what is read', (database, left) =>
    expect(passing({ database })).toEqual(left),
  );

  test('is counted', () => {
    const shedding = sheddingAt({ loop: 'full' });
    for (const kind of workKinds) expect(() => shedding.begin(kind)).toThrow();
    expect(shedding.shed).toEqual({ report: 1, read: 1, write: 1, booking: 1 });
  });
});

describe('a read while the database is behind', () => {
  test('is turned away when it needs the database after all, also later', async () => {
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

  test('leaves bookings and what began before alone', () => {
    const shedding = sheddingAt({ database: 'overloaded' });
    expect(() => shedding.begin('booking')(() => shedding.admit())).not.toThrow();
    expect(() => shedding.admit()).not.toThrow();
  });
});
