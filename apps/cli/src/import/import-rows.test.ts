import { ImportRow } from '@bookedbarber/contract';
import { expect, test } from 'vitest';
import { accepts } from '../shop/setup/check-against.ts';
import { analyzeDataSet } from './analyze-data-set.ts';
import type { SalonBooking } from './files/bookings-file.ts';
import type { SalonDataSet } from './files/read-data-set.ts';
import { toImportRows } from './import-rows.ts';

const ids = {
  serviceIds: new Map([['CUT', '00000000-0000-4000-8000-000000000001']]),
  barberIds: new Map([['kim', '00000000-0000-4000-8000-000000000002']]),
};

function booking(line: number, changes: Partial<SalonBooking> = {}): SalonBooking {
  return {
    line,
    client: 'client-1',
    staff: 'kim',
    service: 'CUT',
    date: '2024-03-05',
    startsMinute: 600,
    minutes: 30,
    priceCents: 3000,
    status: 'completed',
    cancelledOn: undefined,
    ...changes,
  };
}

function sent(...bookings: SalonBooking[]) {
  const input = { code: 'CUT', name: 'Haircut', duration_minutes: 30, price_cents: 3000 };
  const services = [{ line: 2, input, renamed: [] }];
  const dataSet: SalonDataSet = { folder: '', services, bookings, cancellations: [], bad: [] };
  return toImportRows(analyzeDataSet(dataSet), ids).map(({ row }) => row);
}

test('every row matches the schema of the server, for any names', () => {
  const long = 'x'.repeat(100);
  const rows = sent(
    booking(2),
    booking(3, { client: long }),
    booking(4, { client: undefined }),
    booking(5, { client: 'Ana (new)' }),
  );
  expect(rows.filter((row) => !accepts(ImportRow, row))).toEqual([]);
  expect(rows.map((row) => row.client_name)).toContain('Ana new');
});

test('a ref does not depend on the line, so that an extended export keeps the refs of its old rows', () => {
  const [before] = sent(booking(2));
  const after = sent(booking(2, { client: 'client-0' }), booking(3));
  expect(after.map(({ ref }) => ref)).toContain(before?.ref);
});

test('rows with equal content have different refs', () => {
  const refs = sent(booking(2), booking(3)).map(({ ref }) => ref);
  expect(new Set(refs).size).toBe(2);
});

test('services of one appointment become one booking unless their status differs', () => {
  const [first, second, cancelled, other] = sent(
    booking(2),
    booking(3, { startsMinute: 630 }),
    booking(4, { startsMinute: 660, status: 'cancelled', cancelledOn: '2024-03-04' }),
    booking(5, { client: 'client-2', startsMinute: 700 }),
  );
  expect(first?.booking_ref).toBe(second?.booking_ref);
  expect(cancelled?.booking_ref).not.toBe(first?.booking_ref);
  expect(cancelled?.cancelled_on).toBe('2024-03-04');
  expect(other?.booking_ref).not.toBe(first?.booking_ref);
});

test('each row without a client gets a separate client', () => {
  const rows = sent(booking(2, { client: undefined }), booking(3, { client: undefined, startsMinute: 700 }));
  expect(new Set(rows.map((row) => row.client_ref)).size).toBe(2);
  expect(new Set(rows.map((row) => row.booking_ref)).size).toBe(2);
});
