import type { ImportRow } from '@bookedbarber/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toBatches } from './send-import.ts';

function row(ref: number, bookingRef: string): ImportRow {
  return {
    ref: `row ${ref}`,
    booking_ref: bookingRef,
    client_ref: 'client',
    client_name: 'Client',
    barber_id: '00000000-0000-4000-8000-000000000001',
    service_id: '00000000-0000-4000-8000-000000000002',
    date: '2024-03-05',
    starts_minute: 540,
    duration_minutes: 30,
    price_cents: 3000,
    status: 'completed',
  };
}

describe('import batches', () => {
  test('contain every row once, within the limit, and keep the rows of a booking together', () => {
    const bookings = fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 100 });
    fc.assert(
      fc.property(bookings, fc.integer({ min: 100, max: 120 }), (numbers, limit) => {
        const rows = numbers.map((number, index) => row(index, `booking ${number}`));
        const batches = toBatches(rows, limit);
        expect(
          batches
            .flat()
            .map(({ ref }) => ref)
            .sort(),
        ).toEqual(rows.map(({ ref }) => ref).sort());
        expect(batches.every((batch) => batch.length <= limit)).toBe(true);
        const refsByBatch = batches.map((batch) => new Set(batch.map(({ booking_ref }) => booking_ref)));
        expect(refsByBatch.reduce((sum, refs) => sum + refs.size, 0)).toBe(new Set(numbers).size);
      }),
    );
  });

  test('stay below the maximum request size, even with long names', () => {
    const rows = Array.from({ length: 500 }, (_, index) => ({
      ...row(index, `booking ${index}`),
      client_name: '美'.repeat(120),
    }));
    const sizes = toBatches(rows).map((batch) => Buffer.byteLength(JSON.stringify({ rows: batch })));
    expect(sizes.length).toBeGreaterThan(1);
    expect(Math.max(...sizes)).toBeLessThan(256 * 1024);
  });

  test('reject a booking that is larger than a batch', () => {
    expect(() => toBatches([row(1, 'a'), row(2, 'a'), row(3, 'a')], 2)).toThrow(RangeError);
  });
});
