import type { Booking } from '@bookedbarber/contract';

/** The state that determines the heading and the actions of a booking page. */
export type BookingState = 'cancelled' | 'past' | 'too_late' | 'changeable';

/** @param nowMs server time in milliseconds since 1970 */
export function stateOf(
  booking: Pick<Booking, 'status' | 'starts_at' | 'change_until'>,
  nowMs: number,
): BookingState {
  if (booking.status === 'cancelled') return 'cancelled';
  if (
    booking.status === 'completed' ||
    booking.status === 'no_show' ||
    Date.parse(booking.starts_at) <= nowMs
  )
    return 'past';
  const changeable = booking.change_until !== null && Date.parse(booking.change_until) > nowMs;
  return changeable ? 'changeable' : 'too_late';
}
