import { expect, test } from 'vitest';
import { limitConcurrency } from './limit-concurrency.ts';

test('runs at most that many at the same time, the others in order of arrival, even after failures', async () => {
  const inSlot = limitConcurrency(2);
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const all = [0, 1, 2, 3, 4].map((number) =>
    inSlot(async () => {
      begun.push(number);
      await new Promise<void>((resolve) => ends.push(resolve));
      if (number === 0) throw new Error('failed');
      return number;
    }),
  );
  const outcomes = Promise.allSettled(all);
  await turn();
  expect(begun).toEqual([0, 1]);
  ends[0]?.();
  await turn();
  expect(begun).toEqual([0, 1, 2]);
  ends[1]?.();
  ends[2]?.();
  await turn();
  expect(begun).toEqual([0, 1, 2, 3, 4]);
  for (const end of ends) end();
  expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', ...Array(4).fill('fulfilled')]);
  // Free slots are used at once.
  expect(await Promise.all([inSlot(async () => 'one'), inSlot(async () => 'two')])).toEqual(['one', 'two']);
});
