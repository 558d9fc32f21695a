import { expect, test } from 'vitest';
import { placeSegments, type SegmentOption, totalMinutes } from './segments.ts';

const minute = (ms: number) => ms / 60_000;
const segment = (durationMinutes: number): SegmentOption => ({
  serviceId: `${durationMinutes} minutes`,
  durationMinutes,
  bufferBeforeMinutes: 5,
  bufferAfterMinutes: 10,
  priceCents: durationMinutes,
  barberIds: [],
});
const segments = [segment(30), segment(20), segment(15)];

/** Blocked start, start, end and blocked end of each segment, in minutes. */
const times = (barbers: string[]) =>
  placeSegments(segments, barbers, 0).map((it) =>
    [it.blockedStartMs, it.startMs, it.endMs, it.blockedEndMs].map(minute),
  );

test('services follow each other without a gap', () => {
  expect(totalMinutes(segments)).toBe(65);
  expect(
    placeSegments(segments, ['a', 'b', 'a'], 0).map((it) => [it.barberId, it.serviceId, it.priceCents]),
  ).toEqual([
    ['a', '30 minutes', 30],
    ['b', '20 minutes', 20],
    ['a', '15 minutes', 15],
  ]);
});

test('one barber has buffers around the whole booking and none between services', () => {
  expect(times(['a', 'a', 'a'])).toEqual([
    [-5, 0, 30, 30],
    [30, 30, 50, 50],
    [50, 50, 65, 75],
  ]);
});

test('every change of barber adds both buffers', () => {
  expect(times(['a', 'b', 'a'])).toEqual([
    [-5, 0, 30, 40],
    [25, 30, 50, 60],
    [45, 50, 65, 75],
  ]);
});

test('throws RangeError for a segment without a barber', () => {
  expect(() => placeSegments(segments, ['a', 'b'], 0)).toThrow(RangeError);
});
