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

/** Every millisecond that a list covers. */
function coveredMs(list: readonly Interval[]): Set<number> {
  const all = new Set<number>();
  for (const { startMs, endMs } of list) for (let ms = startMs; ms < endMs; ms += 1) all.add(ms);
  return all;
}

function isCanonical(list: readonly Interval[]): boolean {
  return list.every(
    (it, index) => it.endMs > it.startMs && it.startMs > (list[index - 1]?.endMs ?? Number.NEGATIVE_INFINITY),
  );
}

describe('compared millisecond by millisecond', () => {
  test('union covers exactly the time of its intervals, sorted and joined', () => {
    fc.assert(
      fc.property(anyList, (list) => {
        const copy = structuredClone(list);
        const joined = union(list);
        expect(coveredMs(joined)).toEqual(coveredMs(list));
        expect(isCanonical(joined)).toBe(true);
        expect(list).toEqual(copy);
      }),
    );
  });

  test('subtract leaves exactly the time that only the first list covers', () => {
    fc.assert(
      fc.property(sortedList, sortedList, (from, removed) => {
        const rest = subtract(from, removed);
        const removedMs = coveredMs(removed);
        expect(coveredMs(rest)).toEqual(new Set([...coveredMs(from)].filter((ms) => !removedMs.has(ms))));
        expect(isCanonical(rest)).toBe(true);
      }),
    );
  });

  test('covers, overlaps and lengthWithin agree with the covered time', () => {
    fc.assert(
      fc.property(sortedList, point, point, (list, one, other) => {
        fc.pre(one !== other);
        const [start, end] = [Math.min(one, other), Math.max(one, other)];
        const all = coveredMs(list);
        const inside = [...coveredMs([{ startMs: start, endMs: end }])];
        expect(covers(list, start, end)).toBe(inside.every((ms) => all.has(ms)));
        expect(overlaps(list, start, end)).toBe(inside.some((ms) => all.has(ms)));
        expect(lengthWithin(list, start, end)).toBe(inside.filter((ms) => all.has(ms)).length);
      }),
    );
  });
});

test('intervals that only touch do not overlap', () => {
  const list = [{ startMs: 10, endMs: 20 }];
  expect(overlaps(list, 0, 10)).toBe(false);
  expect(overlaps(list, 20, 30)).toBe(false);
  expect(covers(list, 10, 20)).toBe(true);
  expect(covers(list, 10, 21)).toBe(false);
});
