import { expect, test } from 'vitest';
import { type Change, type Read, ViolationFinder } from './verdict.ts';

const change: Change = { key: 'a', version: 2, by: 'writer', calledMs: 100, ackedMs: 110 };
const read: Read = { key: 'a', by: 'reader', source: 'remote', version: 1, beganMs: 111 };

function kindOf(of: Partial<Read>, changed: Partial<Change> = {}): string | undefined {
  const judge = new ViolationFinder(3000);
  judge.committed({ ...change, version: 1, calledMs: 0, ackedMs: 1 });
  judge.committed({ ...change, ...changed });
  return judge.judge({ ...read, ...of })?.kind;
}

test('reports an older version from Redis or from a load in a read that began after the acknowledgement', () => {
  expect(kindOf({})).toBe('stale-remote');
  expect(kindOf({ source: 'miss' })).toBe('stale-remote');
  expect(kindOf({ version: 2 })).toBeUndefined();
  expect(kindOf({ beganMs: 110 })).toBeUndefined();
  expect(kindOf({}, { ackedMs: null })).toBeUndefined();
});

test('allows a local tier to return an older version within its bound', () => {
  expect(kindOf({ source: 'local', beganMs: 110 + 3000 })).toBeUndefined();
  expect(kindOf({ source: 'local', beganMs: 110 + 3001 })).toBe('stale-local');
});

test('reports when a process reads an older version after its own invalidation, even as stale', () => {
  expect(kindOf({ by: 'writer', beganMs: 100, source: 'stale' })).toBe('own-write');
  expect(kindOf({ by: 'writer', beganMs: 99 })).toBeUndefined();
  expect(kindOf({ source: 'stale' })).toBeUndefined();
});

test('still judges later changes correctly after earlier ones are dropped', () => {
  const judge = new ViolationFinder(3000);
  for (const version of [1, 2, 3])
    judge.committed({ ...change, version, calledMs: version * 100, ackedMs: version * 100 + 10 });
  judge.dropBefore(250);
  expect(judge.judge({ ...read, version: 1, beganMs: 260 })?.kind).toBe('stale-remote');
  expect(judge.judge({ ...read, version: 2, beganMs: 260 })).toBeUndefined();
  expect(judge.judge({ ...read, version: 2, beganMs: 320 })?.kind).toBe('stale-remote');
});
