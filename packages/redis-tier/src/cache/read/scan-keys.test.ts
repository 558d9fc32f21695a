import { beforeEach, expect, test } from 'vitest';
import type { Shard } from '../primary/shard.ts';
import { scanKeys } from './scan-keys.ts';

/** Calls of SCAN: the primary, the cursor and COUNT. */
let calls: [node: number, cursor: string, count: number][];
beforeEach(() => {
  calls = [];
});

/** A primary whose SCAN returns these pages, one for each cursor. */
function primary(node: number, pages: string[][]): Shard {
  const scan = async (cursor: string, _pattern: string, count: number) => {
    calls.push([node, cursor, count]);
    const next = Number(cursor) + 1;
    return [next < pages.length ? `${next}` : '0', pages[Number(cursor)] ?? []];
  };
  return { commands: { scan } } as unknown as Shard;
}

async function pagesOf(shards: Shard[], limit: number): Promise<string[][]> {
  const pages: string[][] = [];
  for (let cursor: string | null = '0'; cursor !== null; ) {
    const page: Awaited<ReturnType<typeof scanKeys>> = await scanKeys(shards, '*', cursor, limit);
    pages.push([...page.keys]);
    cursor = page.cursor;
  }
  return pages;
}

test('every key of every primary is on one page, in the order of the primaries', async () => {
  const shards = [
    primary(0, [['a', 'b'], [], ['c']]),
    primary(1, [[]]),
    primary(2, [['d'], ['e', 'f'], ['g']]),
  ];
  expect(await pagesOf(shards, 2)).toEqual([['a', 'b'], ['c', 'd'], ['e', 'f'], ['g']]);
  calls = [];
  expect(await pagesOf(shards, 100)).toEqual([['a', 'b', 'c', 'd', 'e', 'f', 'g']]);
  expect(calls.map(([node, cursor]) => `${node} ${cursor}`)).toEqual([
    '0 0',
    '0 1',
    '0 2',
    '1 0',
    '2 0',
    '2 1',
    '2 2',
  ]);
});

test('a page takes at most twenty calls, even if it is empty, and the next one continues', async () => {
  const shards = [primary(0, [...Array(45).fill([]), ['last']])];
  expect(await pagesOf(shards, 10)).toEqual([[], [], ['last']]);
  expect(calls).toHaveLength(46);
});

test.each([
  [1, 50],
  [50, 50],
  [120, 120],
  [500, 500],
  [501, 500],
])('a page of %i keys examines about %i in each call', async (limit, count) => {
  await pagesOf([primary(0, [['a']])], limit);
  expect(calls).toEqual([[0, '0', count]]);
});

test.each(['', 'x', '-1', '0@', '0@x', '0@1@2', '123456789012345678901'])(
  'the cursor "%s" is rejected',
  async (cursor) => {
    await expect(scanKeys([primary(0, [[]])], '*', cursor, 10)).rejects.toThrow('cursor');
  },
);

test('a cursor of a primary that has been removed ends the list', async () => {
  expect(await scanKeys([primary(0, [['a']])], '*', '0@1', 10)).toEqual({ keys: [], cursor: null });
  await expect(scanKeys([], '*', '0', 10)).rejects.toThrow('no primary');
});
