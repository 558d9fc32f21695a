import type { ImportRow } from '@bookedbarber/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toBatches } from './send-import.ts';

function row(ref: number, visit: string): ImportRow {
  return {
    ref: `row ${ref}`,
    booking_ref: visit,
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

describe('batches of history', () => {
  test('hold every row once, within the limit, and never a part of a visit', () => {
    const visits = fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 100 });
    fc.assert(
      fc.property(visits, fc.integer({ min: 100, max: 120 }), (numbers, limit) => {
        const rows = numbers.map((visit, index) => row(index, `visit ${visit}`));
        const batches = toBatches(rows, limit);
        expect(
          batches
            .flat()
            .map(({ ref }) => ref)
            .sort(),
        ).toEqual(rows.map(({ ref }) => ref).sort());
        expect(batches.every((batch) => batch.length <= limit)).toBe(true);
        const homes = batches.map((batch) => new Set(batch.map(({ booking_ref: visit }) => visit)));
        expect(homes.reduce((sum, home) => sum + home.size, 0)).toBe(new Set(numbers).size);
      }),
    );
  });

  test('stay below the size that the server reads, however long the names are', () => {
    const rows = Array.from({ length: 500 }, (_, index) => ({
      ...row(index, `visit ${index}`),
      client_name: '美'.repeat(120),
    }));
    const sizes = toBatches(rows).map((batch) => Buffer.byteLength(JSON.stringify({ rows: batch })));
    expect(sizes.length).toBeGreaterThan(1);
    expect(Math.max(...sizes)).toBeLessThan(256 * 1024);
  });

  test('a visit that is larger than a batch is refused', () => {
    expect(() => toBatches([row(1, 'a'), row(2, 'a'), row(3, 'a')], 2)).toThrow(RangeError);
  });
});
