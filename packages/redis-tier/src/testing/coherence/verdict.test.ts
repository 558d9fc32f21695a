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

test('an older version from Redis or a load is wrong when the read began after the acknowledgement', () => {
  expect(kindOf({})).toBe('stale-remote');
  expect(kindOf({ source: 'miss' })).toBe('stale-remote');
  expect(kindOf({ version: 2 })).toBeUndefined();
  expect(kindOf({ beganMs: 110 })).toBeUndefined();
  expect(kindOf({}, { ackedMs: null })).toBeUndefined();
});

test('a local tier may be behind for as long as its bound', () => {
  expect(kindOf({ source: 'local', beganMs: 110 + 3000 })).toBeUndefined();
  expect(kindOf({ source: 'local', beganMs: 110 + 3001 })).toBe('stale-local');
});

test('a process reads nothing older than what it has invalidated itself, from the call on, not even as stale', () => {
  expect(kindOf({ by: 'writer', beganMs: 100, source: 'stale' })).toBe('own-write');
  expect(kindOf({ by: 'writer', beganMs: 99 })).toBeUndefined();
  expect(kindOf({ source: 'stale' })).toBeUndefined();
});

test('what is forgotten does not hide what came after it', () => {
  const judge = new ViolationFinder(3000);
  for (const version of [1, 2, 3])
    judge.committed({ ...change, version, calledMs: version * 100, ackedMs: version * 100 + 10 });
  judge.dropBefore(250);
  expect(judge.judge({ ...read, version: 1, beganMs: 260 })?.kind).toBe('stale-remote');
  expect(judge.judge({ ...read, version: 2, beganMs: 260 })).toBeUndefined();
  expect(judge.judge({ ...read, version: 2, beganMs: 320 })?.kind).toBe('stale-remote');
});
