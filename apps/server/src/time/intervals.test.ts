import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { covers, type Interval, lengthWithin, overlaps, subtract, union } from './intervals.ts';

const horizon = 60;
const interval: fc.Arbitrary<Interval> = fc
  .tuple(fc.nat({ max: horizon }), fc.nat({ max: 20 }))
  .map(([startMs, length]) => ({ startMs, endMs: Math.min(startMs + length, horizon) }));
const anyList = fc.array(interval, { maxLength: 8 });
const sortedList = anyList.map(union);
const point = fc.nat({ max: horizon });

/** The moments that a list covers, one by one. */
function moments(list: readonly Interval[]): Set<number> {
  const all = new Set<number>();
  for (const { startMs, endMs } of list) for (let ms = startMs; ms < endMs; ms += 1) all.add(ms);
  return all;
}

function isCanonical(list: readonly Interval[]): boolean {
  return list.every(
    (it, index) => it.endMs > it.startMs && it.startMs > (list[index - 1]?.endMs ?? Number.NEGATIVE_INFINITY),
  );
}

describe('moment by moment', () => {
  test('a union covers what any of its intervals covers, sorted and joined', () => {
    fc.assert(
      fc.property(anyList, (list) => {
        const copy = structuredClone(list);
        const joined = union(list);
        expect(moments(joined)).toEqual(moments(list));
        expect(isCanonical(joined)).toBe(true);
        expect(list).toEqual(copy);
      }),
    );
  });

  test('a difference is what the first covers and the second does not', () => {
    fc.assert(
      fc.property(sortedList, sortedList, (from, removed) => {
        const rest = subtract(from, removed);
        const gone = moments(removed);
        expect(moments(rest)).toEqual(new Set([...moments(from)].filter((ms) => !gone.has(ms))));
        expect(isCanonical(rest)).toBe(true);
      }),
    );
  });

  test('a stretch is covered when each of its moments is, by one interval', () => {
    fc.assert(
      fc.property(sortedList, point, point, (list, one, other) => {
        fc.pre(one !== other);
        const [start, end] = [Math.min(one, other), Math.max(one, other)];
        const all = moments(list);
        const inside = [...moments([{ startMs: start, endMs: end }])];
        expect(covers(list, start, end)).toBe(inside.every((ms) => all.has(ms)));
        expect(overlaps(list, start, end)).toBe(inside.some((ms) => all.has(ms)));
        expect(lengthWithin(list, start, end)).toBe(inside.filter((ms) => all.has(ms)).length);
      }),
    );
  });
});

test('what only touches neither covers nor overlaps', () => {
  const list = [{ startMs: 10, endMs: 20 }];
  expect(overlaps(list, 0, 10)).toBe(false);
  expect(overlaps(list, 20, 30)).toBe(false);
  expect(covers(list, 10, 20)).toBe(true);
  expect(covers(list, 10, 21)).toBe(false);
});
