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

test('a row that begins before an earlier one is over is a conflict, by the minutes that both want', () => {
  const first = booking('10:00', 50);
  const second = booking('10:40', 60);
  expect(findOverlaps([second, first]).conflicts).toEqual([{ row: second, of: first, byMinutes: 10 }]);
});

test('one that begins when the other ends is none, nor one of somebody else or of another day', () => {
  const rows = [
    booking('10:00', 50),
    booking('10:50', 30),
    booking('10:00', 30, { staff: 'robin' }),
    booking('10:00', 30, { date: '2024-03-06' }),
  ];
  expect(findOverlaps(rows)).toEqual({ conflicts: [], chained: [] });
});

test('a cancelled row takes nobody time', () => {
  const rows = [booking('10:00', 50, { status: 'cancelled' }), booking('10:10', 30)];
  expect(findOverlaps(rows).conflicts).toEqual([]);
});

test('a row that meets only a conflicting one is chained', () => {
  const [a, b, c] = [booking('10:00', 30), booking('10:20', 30), booking('10:40', 30)];
  const { conflicts, chained } = findOverlaps([a, b, c]);
  expect(conflicts.map(({ row }) => row)).toEqual([b]);
  expect(chained).toEqual([{ row: c, of: b, byMinutes: 10 }]);
});

test('a long row is met by all that lie in it', () => {
  const rows = [booking('10:00', 120), booking('10:10', 10), booking('11:00', 10)];
  expect(findOverlaps(rows).conflicts.map(({ byMinutes }) => byMinutes)).toEqual([10, 10]);
});

test('what is no conflict is a book without double bookings, and every overlapping row is told once', () => {
  const row = fc.record({ start: fc.integer({ min: 0, max: 50 }), length: fc.integer({ min: 1, max: 12 }) });
  fc.assert(
    fc.property(fc.array(row, { maxLength: 30 }), (made) => {
      const rows = made.map(({ start, length }) =>
        booking('00:00', length * 10, { startsMinute: start * 10 }),
      );
      const { conflicts, chained } = findOverlaps(rows);
      const outside = new Set(conflicts.map((overlap) => overlap.row));
      const inside = rows.filter((candidate) => !outside.has(candidate));
      for (const a of inside) for (const b of inside) expect(a !== b && meet(a, b)).toBe(false);
      const told = [...conflicts, ...chained].map((overlap) => overlap.row);
      expect(new Set(told).size).toBe(told.length);
      const later = rows.filter((b) => rows.some((a) => comesBefore(a, b) && meet(a, b)));
      expect(new Set(told)).toEqual(new Set(later));
    }),
  );
});

function meet(a: SalonBooking, b: SalonBooking): boolean {
  return a.startsMinute < endsMinute(b) && b.startsMinute < endsMinute(a);
}

function comesBefore(a: SalonBooking, b: SalonBooking): boolean {
  return a.startsMinute < b.startsMinute || (a.startsMinute === b.startsMinute && a.line < b.line);
}
