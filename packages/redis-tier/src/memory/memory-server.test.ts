import { beforeEach, expect, test } from 'vitest';
import { MemoryServer } from './memory-server.ts';

const bytes = (size: number) => Buffer.alloc(size, 1);
const all = () => true;
let server: MemoryServer;
beforeEach(() => {
  server = new MemoryServer(10_000);
});

test('a value exists until the end of its TTL, and then no longer', () => {
  server.set('a', bytes(1), 100);
  expect([server.get('a', 99), server.leftMs('a', 99)]).toEqual([bytes(1), 1]);
  server.expire('a', 99, 200);
  expect([server.get('a', 199), server.leftMs('a', 199)]).toEqual([bytes(1), 1]);
  expect([server.get('a', 200), server.leftMs('a', 200)]).toEqual([null, 0]);
  server.expire('a', 200, 300);
  server.append('a', 200, 'w');
  expect(server.get('a', 200)).toBeNull();
});

test('appending keeps the value and its TTL', () => {
  server.set('a', Buffer.from('1'), 100);
  server.append('a', 0, 'w');
  expect([`${server.get('a', 99)}`, server.get('a', 100)]).toEqual(['1w', null]);
});

test('the size is bounded: the least recently used values are dropped, and one that is too large is refused', () => {
  for (const key of ['a', 'b', 'c']) expect(server.set(key, bytes(2500), 100)).toBe(true);
  server.get('a', 0);
  expect(server.set('d', bytes(2500), 100)).toBe(true);
  expect(['a', 'b', 'c', 'd'].map((key) => server.get(key, 0) !== null)).toEqual([true, false, true, true]);
  expect(server.set('e', bytes(10_000), 100)).toBe(false);
  expect(server.get('e', 0)).toBeNull();
});

test('a value is stored without the rest of its buffer', () => {
  server.set('a', bytes(1000).subarray(10, 12), 100);
  expect(server.get('a', 0)?.buffer.byteLength).toBe(2);
});

test('keys are listed in the order in which they were set, from any number on, without expired ones', () => {
  for (const [key, expiresAtMs] of Object.entries({ a: 100, b: 50, c: 100, d: 100, x: 100 }))
    server.set(key, bytes(1), expiresAtMs);
  server.get('a', 0);
  const list = (number: number, count: number) => server.keysAfter(number, count, 60, (key) => key !== 'x');
  const [first, second] = list(0, 2);
  expect([first?.key, second?.key]).toEqual(['a', 'c']);
  expect(list(second?.number ?? 0, 2).map(({ key }) => key)).toEqual(['d']);
  server.set('a', bytes(1), 100);
  expect(server.keysAfter(0, 9, 60, all).map(({ key }) => key)).toEqual(['c', 'd', 'x', 'a']);
});
