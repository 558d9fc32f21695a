import { expect, test } from 'vitest';
import { createBatcher } from './statement-batches.ts';

test('batches the calls of one turn, then the calls made meanwhile, and returns each its own result', async () => {
  const sent: number[][] = [];
  const double = createBatcher(3, async (calls: readonly number[]) => {
    sent.push([...calls]);
    if (sent.length === 1) void double(5).then((result) => results.push(result));
    return calls.map((call) => call * 2);
  });
  const results: number[] = [];
  expect(await Promise.all([1, 2, 3, 4].map(double))).toEqual([2, 4, 6, 8]);
  expect(sent).toEqual([
    [1, 2, 3],
    [4, 5],
  ]);
  expect(results).toEqual([10]);
});

test('a failed statement rejects only its own calls', async () => {
  const odd = createBatcher(2, async (calls: readonly number[]) => {
    if (calls.includes(1)) throw new Error('no');
    return calls;
  });
  const results = await Promise.allSettled([1, 2, 3].map(odd));
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
});
