import { expect, test } from 'vitest';
import type { SalonBooking } from './files/bookings-file.ts';
import type { Cancellation } from './files/cancellations-file.ts';
import { cancelledOn, matchCancellations } from './match-cancellations.ts';

const booked: SalonBooking = {
  line: 2,
  client: 'client-1',
  staff: 'kim',
  service: 'CUT',
  date: '2024-03-05',
  startsMinute: 600,
  minutes: 30,
  priceCents: 0,
  status: 'cancelled',
  cancelledOn: undefined,
};
const cancellation: Cancellation = {
  line: 2,
  client: 'client-1',
  staff: 'kim',
  service: 'CUT',
  bookedFor: '2024-03-05',
  cancelledOn: '2024-03-04',
  cancelledBy: 'client',
};

test('a cancellation belongs to the cancelled row of the same client, staff member, service and date', () => {
  const match = matchCancellations([booked], [cancellation]);
  expect(match.byBooking.get(booked)).toBe(cancellation);
  expect(cancelledOn(booked, match)).toBe('2024-03-04');
});

test.each([{ client: 'client-2' }, { staff: 'robin' }, { service: 'COL' }, { bookedFor: '2024-03-06' }])(
  'a cancellation that differs in %j is unmatched',
  (change) => {
    expect(matchCancellations([booked], [{ ...cancellation, ...change }]).unmatched).toHaveLength(1);
  },
);

test('a cancellation of a completed row is unmatched, and the other booking of that date is counted', () => {
  const match = matchCancellations([{ ...booked, status: 'completed' }], [cancellation]);
  expect([match.unmatched.length, match.unmatchedWithBooking]).toEqual([1, 1]);
});

test('each row matches one cancellation, and further ones are duplicates', () => {
  const twin = { ...booked, line: 3, startsMinute: 700 };
  const match = matchCancellations([booked, twin], [cancellation, cancellation, cancellation]);
  expect([match.byBooking.size, match.repeated.length, match.unmatched.length]).toEqual([2, 1, 0]);
});

test('a row without a client matches no cancellation without a client', () => {
  const match = matchCancellations(
    [{ ...booked, client: undefined }],
    [{ ...cancellation, client: undefined }],
  );
  expect([match.unmatched.length, match.unmatchedWithBooking]).toEqual([1, 0]);
});

test('cancelled_on in bookings.csv takes precedence over cancellations.csv', () => {
  const own = { ...booked, cancelledOn: '2024-03-01' };
  expect(cancelledOn(own, matchCancellations([own], [cancellation]))).toBe('2024-03-01');
});
