import { expect, test } from 'vitest';
import { placeSegments, type SegmentOption, totalMinutes } from './segments.ts';

const minute = (ms: number) => ms / 60_000;
const segment = (durationMinutes: number): SegmentOption => ({
  serviceId: `service of ${durationMinutes}`,
  durationMinutes,
  bufferBeforeMinutes: 5,
  bufferAfterMinutes: 10,
  priceCents: durationMinutes,
  barberIds: [],
});
const visit = [segment(30), segment(20), segment(15)];

/** Of each service: blocked from, begin, end, blocked until, in minutes. */
const times = (barbers: string[]) =>
  placeSegments(visit, barbers, 0).map((it) =>
    [it.blockedStartMs, it.startMs, it.endMs, it.blockedEndMs].map(minute),
  );

test('services follow each other without a gap', () => {
  expect(totalMinutes(visit)).toBe(65);
  expect(
    placeSegments(visit, ['a', 'b', 'a'], 0).map((it) => [it.barberId, it.serviceId, it.priceCents]),
  ).toEqual([
    ['a', 'service of 30', 30],
    ['b', 'service of 20', 20],
    ['a', 'service of 15', 15],
  ]);
});

test('one barber has buffers around the visit and none within', () => {
  expect(times(['a', 'a', 'a'])).toEqual([
    [-5, 0, 30, 30],
    [30, 30, 50, 50],
    [50, 50, 65, 75],
  ]);
});

test('each of several barbers has both buffers, and a barber who comes back has them again', () => {
  expect(times(['a', 'b', 'a'])).toEqual([
    [-5, 0, 30, 40],
    [25, 30, 50, 60],
    [45, 50, 65, 75],
  ]);
});

test('a service without a barber is a mistake of the caller', () => {
  expect(() => placeSegments(visit, ['a', 'b'], 0)).toThrow(RangeError);
});
