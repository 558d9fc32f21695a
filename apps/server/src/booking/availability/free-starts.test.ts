import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Interval } from '../../time/intervals.ts';
import { union } from '../../time/intervals.ts';
import { gridInstants, localDay, minuteMs } from '../../time/wall-time.ts';
import { placeSegments, type SegmentOption } from '../segments.ts';
import { assignBarbers, type BarberTime } from './assignment.ts';
import { freeStarts } from './free-starts.ts';

const day = localDay('America/New_York', '2026-11-01');
const always = { earliestMs: day.startMs, endMs: day.endMs };
const barberIds = ['ada', 'ben', 'cem'] as const;

/** Sorted intervals of the day on a grid of five minutes. */
const intervals = (maxLength: number) =>
  fc.array(fc.tuple(fc.nat({ max: 300 }), fc.integer({ min: 1, max: 60 })), { maxLength }).map((list) =>
    union(
      list.map(([start, length]) => ({
        startMs: day.startMs + start * 5 * minuteMs,
        endMs: day.startMs + (start + length) * 5 * minuteMs,
      })),
    ),
  );

const barberTime: fc.Arbitrary<BarberTime> = fc.record({ working: intervals(4), blocked: intervals(5) });
const minutes = (min: number, max: number) =>
  fc.integer({ min: min / 5, max: max / 5 }).map((fives) => fives * 5);
const segment: fc.Arbitrary<SegmentOption> = fc.record({
  serviceId: fc.constantFrom('cut', 'beard'),
  durationMinutes: minutes(5, 90),
  bufferBeforeMinutes: minutes(0, 60),
  bufferAfterMinutes: minutes(0, 60),
  priceCents: fc.constant(0),
  barberIds: fc.shuffledSubarray([...barberIds]),
});
const shop = fc.record({
  time: fc
    .tuple(barberTime, barberTime, barberTime)
    .map((all) => new Map(barberIds.map((id, i) => [id, at(all, i)]))),
  segments: fc.array(segment, { minLength: 1, maxLength: 4 }),
  step: fc.constantFrom(5, 10, 15, 25, 30),
});

function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new RangeError();
  return item;
}

/** Every assignment of barbers to segments, by brute force. */
function allChoices(segments: readonly SegmentOption[]): string[][] {
  return segments.reduce<string[][]>(
    (choices, { barberIds }) => choices.flatMap((choice) => barberIds.map((id) => [...choice, id])),
    [[]],
  );
}

/** The times from `startMs` to `endMs` in steps of five minutes. */
const timesIn = (startMs: number, endMs: number): number[] =>
  Array.from({ length: (endMs - startMs) / (5 * minuteMs) }, (_, index) => startMs + index * 5 * minuteMs);
const isIn = (list: readonly Interval[], ms: number): boolean =>
  list.some((it) => it.startMs <= ms && ms < it.endMs);

/** The rules, checked at every time: the barber works during the service, and is never blocked twice. */
function isPossible(
  segments: readonly SegmentOption[],
  choice: readonly string[],
  time: ReadonlyMap<string, BarberTime>,
  startMs: number,
): boolean {
  const blockedTimes = new Set<string>();
  return placeSegments(segments, choice, startMs).every((placed) => {
    const barber = time.get(placed.barberId);
    if (barber === undefined) return false;
    if (!timesIn(placed.startMs, placed.endMs).every((ms) => isIn(barber.working, ms))) return false;
    return timesIn(placed.blockedStartMs, placed.blockedEndMs).every((ms) => {
      const key = `${placed.barberId} ${ms}`;
      if (blockedTimes.has(key)) return false;
      blockedTimes.add(key);
      return !isIn(barber.blocked, ms);
    });
  });
}

describe('for any schedules and bookings', () => {
  test('offers exactly the grid starts for which some assignment of barbers is possible', () => {
    fc.assert(
      fc.property(shop, ({ time, segments, step }) => {
        const possible = gridInstants(day, step).filter((startMs) =>
          allChoices(segments).some((choice) => isPossible(segments, choice, time, startMs)),
        );
        expect(freeStarts(day, step, always, segments, time)).toEqual(possible);
      }),
      { numRuns: 300 },
    );
  });

  test('assigns barbers to every offered start', () => {
    fc.assert(
      fc.property(shop, ({ time, segments, step }) => {
        for (const startMs of freeStarts(day, step, always, segments, time)) {
          const placed = assignBarbers(segments, time, startMs);
          const choice = placed?.map((it) => it.barberId) ?? [];
          expect(placed).toEqual(placeSegments(segments, choice, startMs));
          expect(isPossible(segments, choice, time, startMs)).toBe(true);
          expect(choice.every((id, index) => segments[index]?.barberIds.includes(id))).toBe(true);
        }
      }),
      { numRuns: 150 },
    );
  });

  test('offers no start outside the bookable window', () => {
    fc.assert(
      fc.property(
        shop,
        fc.nat({ max: 1500 }),
        fc.nat({ max: 1500 }),
        ({ time, segments, step }, from, length) => {
          const earliestMs = day.startMs + from * minuteMs;
          const endMs = earliestMs + length * minuteMs;
          const all = freeStarts(day, step, always, segments, time);
          expect(freeStarts(day, step, { earliestMs, endMs }, segments, time)).toEqual(
            all.filter((ms) => ms >= earliestMs && ms < endMs),
          );
        },
      ),
      { numRuns: 100 },
    );
  });
});

test('finds no start for twenty barbers and five services within five seconds of CPU time', () => {
  const team = Array.from({ length: 20 }, (_, index) => `barber ${index}`);
  const open = [{ startMs: day.startMs, endMs: day.endMs }];
  const time = new Map<string, BarberTime>(team.map((id) => [id, { working: open, blocked: [] }]));
  // The only barber for the last service always has a booking that overlaps the buffer before it.
  const busy = gridInstants(day, 10).map((ms) => ({ startMs: ms - 2 * minuteMs, endMs: ms - minuteMs }));
  time.set('last', { working: open, blocked: busy });
  const plain = {
    serviceId: 'cut',
    durationMinutes: 10,
    bufferBeforeMinutes: 0,
    bufferAfterMinutes: 0,
    priceCents: 0,
  };
  const segments: SegmentOption[] = [
    ...Array.from({ length: 4 }, () => ({ ...plain, barberIds: team })),
    { ...plain, durationMinutes: 5, bufferBeforeMinutes: 5, barberIds: ['last'] },
  ];
  // Trying every combination would take minutes. CPU time excludes the time of other processes.
  const usageBefore = process.cpuUsage();
  expect(freeStarts(day, 10, always, segments, time)).toEqual([]);
  expect(process.cpuUsage(usageBefore).user / 1000).toBeLessThan(5000);
});
