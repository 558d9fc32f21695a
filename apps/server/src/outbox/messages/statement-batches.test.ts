import { expect, test } from 'vitest';
import { createBatcher } from './statement-batches.ts';

test('calls of one turn travel together, those that come meanwhile make up the next, and each gets its own answer', async () => {
  const sent: number[][] = [];
  const double = createBatcher(3, async (calls: readonly number[]) => {
    sent.push([...calls]);
    if (sent.length === 1) void double(5).then((answer) => answers.push(answer));
    return calls.map((call) => call * 2);
  });
  const answers: number[] = [];
  expect(await Promise.all([1, 2, 3, 4].map(double))).toEqual([2, 4, 6, 8]);
  expect(sent).toEqual([
    [1, 2, 3],
    [4, 5],
  ]);
  expect(answers).toEqual([10]);
});

test('a statement that fails fails its own calls and no others', async () => {
  const odd = createBatcher(2, async (calls: readonly number[]) => {
    if (calls.includes(1)) throw new Error('no');
    return calls;
  });
  const ends = await Promise.allSettled([1, 2, 3].map(odd));
  expect(ends.map((end) => end.status)).toEqual(['rejected', 'rejected', 'fulfilled']);
});
