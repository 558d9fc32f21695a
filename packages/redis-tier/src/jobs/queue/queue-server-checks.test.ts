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
])('a queue on a server with the policy %s: refused %s', (evictionPolicy, refused) => {
  expect(unsuitableReason({ ...server, evictionPolicy }) !== null).toBe(refused);
});

test('a server that is nearly full, and clocks that differ, are told of', () => {
  expect(queueWarnings(server)).toEqual([]);
  expect(queueWarnings({ ...server, usedBytes: 90, maxBytes: 100 })).toEqual([]);
  expect(queueWarnings({ ...server, usedBytes: 91, maxBytes: 100 })).toHaveLength(1);
  expect(queueWarnings({ ...server, skewMs: 2000 })).toEqual([]);
  expect(queueWarnings({ ...server, skewMs: -7000 })[0]).toContain('7 s apart');
});
