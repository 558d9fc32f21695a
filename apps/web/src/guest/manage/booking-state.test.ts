import { expect, test } from 'vitest';
import { stateOf } from './booking-state.ts';

const now = Date.parse('2026-11-24T12:00:00-05:00');
const booking = {
  status: 'confirmed',
  starts_at: '2026-11-24T15:00:00-05:00',
  change_until: '2026-11-24T13:00:00-05:00',
} as const;

test('a booking can be changed until the deadline of the shop', () => {
  expect(stateOf(booking, now)).toBe('changeable');
  expect(stateOf({ ...booking, status: 'pending' }, now)).toBe('changeable');
  expect(stateOf(booking, Date.parse('2026-11-24T13:00:00-05:00'))).toBe('too_late');
  expect(stateOf({ ...booking, change_until: null }, now)).toBe('too_late');
});

test('a booking is past after its start, or when it is completed or a no-show', () => {
  expect(stateOf(booking, Date.parse('2026-11-24T15:00:00-05:00'))).toBe('past');
  expect(stateOf({ ...booking, status: 'completed' }, now)).toBe('past');
  expect(stateOf({ ...booking, status: 'no_show' }, now)).toBe('past');
});

test('a cancelled booking is cancelled at any time', () => {
  expect(stateOf({ ...booking, status: 'cancelled' }, now)).toBe('cancelled');
  expect(stateOf({ ...booking, status: 'cancelled' }, Date.parse('2027-01-01T00:00:00Z'))).toBe('cancelled');
});
