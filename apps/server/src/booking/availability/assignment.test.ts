import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { union } from '../../time/intervals.ts';
import type { SegmentOption } from '../segments.ts';
import { assignBarbers, type BarberTime, canAssignBarbers } from './assignment.ts';

const minuteMs = 60_000;
const span = (from: number, to: number) => ({ startMs: from * minuteMs, endMs: to * minuteMs });
const working = [span(0, 600)];
const free: BarberTime = { working, blocked: [] };
const busy = (...blocked: ReturnType<typeof span>[]): BarberTime => ({ working, blocked });

function service(barberIds: string[], fields: Partial<SegmentOption> = {}): SegmentOption {
  const plain = {
    serviceId: 's',
    durationMinutes: 30,
    bufferBeforeMinutes: 0,
    bufferAfterMinutes: 0,
    priceCents: 0,
  };
  return { ...plain, barberIds, ...fields };
}
const assigned = (segments: SegmentOption[], time: Record<string, BarberTime>, minute: number) =>
  assignBarbers(segments, new Map(Object.entries(time)), minute * minuteMs)?.map((it) => it.barberId) ?? null;

describe('the assigned barber is', () => {
  test('the first candidate who is free', () => {
    const time = { ann: busy(span(90, 110)), ben: free, cem: free };
    expect(assigned([service(['ann', 'ben', 'cem'])], time, 100)).toEqual(['ben']);
    expect(assigned([service(['ann', 'cem', 'ben'])], time, 110)).toEqual(['ann']);
  });

  test('the barber of the previous service rather than the first candidate', () => {
    expect(assigned([service(['ben']), service(['ann', 'ben'])], { ann: free, ben: free }, 0)).toEqual([
      'ben',
      'ben',
    ]);
  });

  test('a later candidate when the first one leaves no barber for the next service', () => {
    // Ann is free, but only Ben offers the second service, and its buffer requires Ben to do the first one too.
    const time = { ann: free, ben: busy(span(-10, 0)) };
    const second = service(['ben'], { bufferBeforeMinutes: 40 });
    expect(assigned([service(['ann', 'ben']), second], time, 0)).toEqual(['ben', 'ben']);
  });

  test('null when no candidate works, is known or exists', () => {
    expect(assigned([service(['ann'])], { ann: { working: [], blocked: [] } }, 0)).toBeNull();
    expect(assigned([service(['ann'])], {}, 0)).toBeNull();
    expect(assigned([service([])], { ann: free }, 0)).toBeNull();
  });
});

describe('a buffer', () => {
  const buffered = service(['ann'], { bufferBeforeMinutes: 10, bufferAfterMinutes: 10 });

  test('may extend beyond working time', () => {
    expect(assigned([buffered], { ann: free }, 0)).toEqual(['ann']);
    expect(assigned([buffered], { ann: free }, 570)).toEqual(['ann']);
    expect(assigned([buffered], { ann: free }, 571)).toBeNull();
  });

  test('may touch another booking but not overlap it', () => {
    const ann = busy(span(100, 130));
    expect([assigned([buffered], { ann }, 60), assigned([buffered], { ann }, 140)]).toEqual([
      ['ann'],
      ['ann'],
    ]);
    expect([assigned([buffered], { ann }, 61), assigned([buffered], { ann }, 139)]).toEqual([null, null]);
  });

  test('may not overlap an earlier service of the same booking', () => {
    const segments = [buffered, service(['ben']), buffered];
    const time = { ann: free, ben: free };
    expect(assigned(segments, time, 0)).toEqual(['ann', 'ben', 'ann']);
    expect(assigned([buffered, service(['ben'], { durationMinutes: 15 }), buffered], time, 0)).toBeNull();
  });
});

test('canAssignBarbers is true exactly when assignBarbers finds barbers', () => {
  const minutes = fc.integer({ min: 0, max: 30 });
  const spans = fc
    .array(fc.tuple(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 1, max: 60 })), { maxLength: 4 })
    .map((all) => union(all.map(([from, length]) => span(from, from + length))));
  const barber = fc.record({ working: spans, blocked: spans });
  const option = fc.record({
    barberIds: fc.subarray(['ann', 'ben', 'cem']),
    durationMinutes: fc.integer({ min: 1, max: 40 }),
    bufferBeforeMinutes: minutes,
    bufferAfterMinutes: minutes,
  });
  fc.assert(
    fc.property(
      fc.record({ ann: barber, ben: barber }),
      fc.array(option, { minLength: 1, maxLength: 2 }),
      fc.integer({ min: 0, max: 200 }),
      (barbers, services, minute) => {
        const time = new Map<string, BarberTime>(Object.entries(barbers));
        const segments = services.map(({ barberIds, ...fields }) => service(barberIds, fields));
        const startMs = minute * minuteMs;
        expect(canAssignBarbers(segments, time, startMs)).toBe(
          assignBarbers(segments, time, startMs) !== null,
        );
      },
    ),
    { numRuns: 1000 },
  );
});
