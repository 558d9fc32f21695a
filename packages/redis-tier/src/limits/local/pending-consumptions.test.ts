import { beforeEach, describe, expect, test } from 'vitest';
import { toWindows } from '../windows.ts';
import { PendingConsumptions } from './pending-consumptions.ts';

const windows = toWindows({ perMinute: 60 });

let pending: PendingConsumptions;
beforeEach(() => {
  pending = new PendingConsumptions(3);
});

const add = (redisKey: string, cost: number, atMs: number, underWay = false) =>
  pending.add({ redisKey, slot: redisKey, windows, cost, atMs }, underWay);
const taken = () => pending.take().map(({ redisKey, cost, atMs }) => [redisKey, cost, atMs]);

describe('consumptions of one key', () => {
  test('are merged within a second of the first, at the time of the last', () => {
    add('a', 1, 5000);
    add('b', 7, 5500);
    add('a', 2, 5600);
    add('a', 3, 5999);
    add('a', 4, 6000);
    add('a', 5, 6999);
    expect(pending.waiting).toBe(3);
    expect(taken()).toEqual([
      ['a', 6, 5999],
      ['b', 7, 5500],
      ['a', 9, 6999],
    ]);
  });

  test('are not merged while the server may still count one of them', () => {
    const first = add('a', 1, 5000, true);
    add('a', 2, 5001);
    add('a', 3, 5002, true);
    first.counted = true;
    expect(taken()).toEqual([
      ['a', 2, 5001],
      ['a', 3, 5002],
    ]);
  });

  test('are not merged into one that was taken, dropped or forgotten', () => {
    add('a', 1, 5000);
    expect(taken()).toEqual([['a', 1, 5000]]);
    add('a', 2, 5001);
    pending.forget('a');
    add('a', 3, 5002);
    for (const key of ['b', 'c', 'd']) add(key, 1, 5003);
    add('a', 4, 5004);
    expect(taken()).toEqual([
      ['c', 1, 5003],
      ['d', 1, 5003],
      ['a', 4, 5004],
    ]);
  });
});

test('the oldest are dropped when there are too many, also when others are given back, and are counted', () => {
  for (const key of ['a', 'b', 'c', 'd', 'e']) add(key, 1, 5000);
  expect(pending.lost).toBe(2);
  const returned = pending.take();
  expect(pending.waiting).toBe(0);
  for (const key of ['f', 'g']) add(key, 1, 6000);
  pending.giveBack(returned);
  expect(pending.lost).toBe(4);
  expect(taken()).toEqual([
    ['e', 1, 5000],
    ['f', 1, 6000],
    ['g', 1, 6000],
  ]);
});

test('forgetting a key forgets all its consumptions, and no others', () => {
  add('a', 1, 5000);
  add('b', 1, 5000);
  add('a', 1, 7000);
  pending.forget('a');
  expect(taken()).toEqual([['b', 1, 5000]]);
});
