import { expect, test } from 'vitest';
import { queueWarnings, unsuitableReason } from './queue-server-checks.ts';

const server = { evictionPolicy: 'noeviction', usedBytes: 1, maxBytes: 0, skewMs: 0 };

test.each([
  ['noeviction', false],
  ['volatile-lru', false],
  ['allkeys-lru', true],
  ['allkeys-lfu', true],
  ['allkeys-random', true],
  [null, false],
])('a server with the policy %s is unsuitable for a queue: %s', (evictionPolicy, unsuitable) => {
  expect(unsuitableReason({ ...server, evictionPolicy }) !== null).toBe(unsuitable);
});

test('warns about a server that is nearly full, and about clocks that differ', () => {
  expect(queueWarnings(server)).toEqual([]);
  expect(queueWarnings({ ...server, usedBytes: 90, maxBytes: 100 })).toEqual([]);
  expect(queueWarnings({ ...server, usedBytes: 91, maxBytes: 100 })).toHaveLength(1);
  expect(queueWarnings({ ...server, skewMs: 2000 })).toEqual([]);
  expect(queueWarnings({ ...server, skewMs: -7000 })[0]).toContain('7 s apart');
});
