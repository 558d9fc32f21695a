import fc from 'fast-check';
import { expect, test } from 'vitest';
import { endsMinute, type SalonBooking } from './files/bookings-file.ts';
import { findOverlaps } from './overlaps.ts';

let line = 1;
function booking(start: string, minutes: number, changes: Partial<SalonBooking> = {}): SalonBooking {
  const [hours = 0, rest = 0] = start.split(':').map(Number);
  line += 1;
  return {
    line,
    client: 'client-1',
    staff: 'kim',
    service: 'CUT',
    date: '2024-03-05',
    startsMinute: hours * 60 + rest,
    minutes,
    priceCents: 0,
    status: 'completed',
    cancelledOn: undefined,
    ...changes,
  };
}

test('a row that starts before an earlier one ends is a conflict, with the minutes of the overlap', () => {
  const first = booking('10:00', 50);
  const second = booking('10:40', 60);
  expect(findOverlaps([second, first]).conflicts).toEqual([{ row: second, of: first, byMinutes: 10 }]);
});

test('a row that starts when another ends, has another staff member or another date is no conflict', () => {
  const rows = [
    booking('10:00', 50),
    booking('10:50', 30),
    booking('10:00', 30, { staff: 'robin' }),
    booking('10:00', 30, { date: '2024-03-06' }),
  ];
  expect(findOverlaps(rows)).toEqual({ conflicts: [], chained: [] });
});

test('a cancelled row never conflicts', () => {
  const rows = [booking('10:00', 50, { status: 'cancelled' }), booking('10:10', 30)];
  expect(findOverlaps(rows).conflicts).toEqual([]);
});

test('a row that overlaps only a conflicting row is chained', () => {
  const [a, b, c] = [booking('10:00', 30), booking('10:20', 30), booking('10:40', 30)];
  const { conflicts, chained } = findOverlaps([a, b, c]);
  expect(conflicts.map(({ row }) => row)).toEqual([b]);
  expect(chained).toEqual([{ row: c, of: b, byMinutes: 10 }]);
});

test('every row within a long row conflicts with it', () => {
  const rows = [booking('10:00', 120), booking('10:10', 10), booking('11:00', 10)];
  expect(findOverlaps(rows).conflicts.map(({ byMinutes }) => byMinutes)).toEqual([10, 10]);
});

test('rows without conflicts never overlap each other, and every overlapping row is listed once', () => {
  const row = fc.record({ start: fc.integer({ min: 0, max: 50 }), length: fc.integer({ min: 1, max: 12 }) });
  fc.assert(
    fc.property(fc.array(row, { maxLength: 30 }), (generated) => {
      const rows = generated.map(({ start, length }) =>
        booking('00:00', length * 10, { startsMinute: start * 10 }),
      );
      const { conflicts, chained } = findOverlaps(rows);
      const outside = new Set(conflicts.map((overlap) => overlap.row));
      const inside = rows.filter((candidate) => !outside.has(candidate));
      for (const a of inside) for (const b of inside) expect(a !== b && overlap(a, b)).toBe(false);
      const listed = [...conflicts, ...chained].map((overlap) => overlap.row);
      expect(new Set(listed).size).toBe(listed.length);
      const later = rows.filter((b) => rows.some((a) => comesBefore(a, b) && overlap(a, b)));
      expect(new Set(listed)).toEqual(new Set(later));
    }),
  );
});

function overlap(a: SalonBooking, b: SalonBooking): boolean {
  return a.startsMinute < endsMinute(b) && b.startsMinute < endsMinute(a);
}

function comesBefore(a: SalonBooking, b: SalonBooking): boolean {
  return a.startsMinute < b.startsMinute || (a.startsMinute === b.startsMinute && a.line < b.line);
}
