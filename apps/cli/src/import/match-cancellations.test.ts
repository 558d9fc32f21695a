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
const told: Cancellation = {
  line: 2,
  client: 'client-1',
  staff: 'kim',
  service: 'CUT',
  bookedFor: '2024-03-05',
  cancelledOn: '2024-03-04',
  cancelledBy: 'client',
};

test('a cancellation belongs to the cancelled row of the same client, staff member, service and date', () => {
  const match = matchCancellations([booked], [told]);
  expect(match.byBooking.get(booked)).toBe(told);
  expect(cancelledOn(booked, match)).toBe('2024-03-04');
});

test.each([{ client: 'client-2' }, { staff: 'robin' }, { service: 'COL' }, { bookedFor: '2024-03-06' }])(
  'one that differs in %j belongs to none',
  (change) => {
    expect(matchCancellations([booked], [{ ...told, ...change }]).unmatched).toHaveLength(1);
  },
);

test('one of a row that took place belongs to none, and the visit is told', () => {
  const match = matchCancellations([{ ...booked, status: 'completed' }], [told]);
  expect([match.unmatched.length, match.unmatchedWithBooking]).toEqual([1, 1]);
});

test('each row takes one cancellation; the next one of the same is a repetition', () => {
  const twin = { ...booked, line: 3, startsMinute: 700 };
  const match = matchCancellations([booked, twin], [told, told, told]);
  expect([match.byBooking.size, match.repeated.length, match.unmatched.length]).toEqual([2, 1, 0]);
});

test('a row that names no client is nobody else', () => {
  const match = matchCancellations([{ ...booked, client: undefined }], [{ ...told, client: undefined }]);
  expect([match.unmatched.length, match.unmatchedWithBooking]).toEqual([1, 0]);
});

test('the day that the book gives comes before that of the list', () => {
  const own = { ...booked, cancelledOn: '2024-03-01' };
  expect(cancelledOn(own, matchCancellations([own], [told]))).toBe('2024-03-01');
});
