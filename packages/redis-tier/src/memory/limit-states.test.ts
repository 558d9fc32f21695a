import { beforeEach, describe, expect, test } from 'vitest';
import { LimitStates } from './limit-states.ts';

const startMs = 1_800_000_000_000;
const minute = { name: 'minute', lengthMs: 60_000, limit: 5, tickMs: 1 };
const hour = { name: 'hour', lengthMs: 3_600_000, limit: 8, tickMs: 1 };
const windows = [minute, hour];

let states: LimitStates;
beforeEach(() => {
  states = new LimitStates(10);
});

/** The verdict, and limit, remaining units, wait and reset of each window. */
function check(cost = 1, { key = 'a', atMs = startMs, of = windows } = {}): number[] {
  const reply = states.check(key, of, cost, atMs);
  const numbers = Array.from({ length: (reply.length - 1) / 4 }, (_, i) => reply.readUInt32BE(1 + 4 * i));
  return [reply[0] ?? -1, ...numbers];
}
const verdicts = (count: number, options?: Parameters<typeof check>[1]) =>
  Array.from({ length: count }, () => check(1, options)[0]);

describe('a limit key', () => {
  test('consumes in all windows or in none, and reports each', () => {
    expect(check(3)).toEqual([1, 5, 2, 0, 60_001, 8, 5, 0, 3_600_001]);
    expect(check(3)).toEqual([0, 5, 2, 60_001, 60_001, 8, 5, 0, 3_600_001]);
    expect(check(0)).toEqual([1, 5, 2, 0, 60_001, 8, 5, 0, 3_600_001]);
    expect(check(6)[0]).toBe(2);
    expect(check(2)[0]).toBe(1);
    expect(verdicts(4, { atMs: startMs + 60_001 })).toEqual([1, 1, 1, 0]);
  });

  test('is counted for all limiters, whose windows of the same length share their usage', () => {
    verdicts(3);
    const others = [
      { ...hour, limit: 4 },
      { ...minute, name: 'm' },
    ];
    expect(check(1, { of: others })).toEqual([1, 4, 0, 0, 3_600_001, 5, 1, 0, 60_001]);
    expect(check(0)).toEqual([1, 5, 1, 0, 60_001, 8, 4, 0, 3_600_001]);
  });

  test('keeps its usage when it is overridden, and its overrides when it is reset', () => {
    verdicts(5);
    states.override('a', windows, new Map([[60_000, 6]]));
    expect(verdicts(2)).toEqual([1, 0]);
    states.reset('a');
    expect(verdicts(7)).toEqual([1, 1, 1, 1, 1, 1, 0]);
    states.override('a', windows, new Map());
    expect(check(0).slice(0, 3)).toEqual([0, 5, 0]);
    states.reset('unknown');
  });

  test('that was not used lately is dropped when there are too many', () => {
    verdicts(5);
    for (let number = 0; number < 12; number++) check(1, { key: `${number}` });
    expect(check(0)[0]).toBe(1);
    verdicts(5);
    for (let number = 0; number < 4; number++) check(1, { key: `${number}` });
    expect(check(0)[0]).toBe(0);
  });

  test('is not denied for years after a clock was set back by years', () => {
    verdicts(5);
    expect(verdicts(6, { atMs: startMs - 1_000_000_000_000 })).toEqual([1, 1, 1, 1, 1, 0]);
  });
});
