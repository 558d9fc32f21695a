import type { Booking } from '@bookedbarber/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { idempotentRequests } from '../../shared/api/idempotent-requests.ts';
import { ApiError } from '../../shared/api/problem.ts';
import { availabilityKey, bookingKey } from '../../shared/api/queries.ts';

/** Reschedules or cancels a booking. Reloads the booking if the server reports a conflicting change. */
export function useChange<Input>(
  booking: Booking,
  token: string,
  verb: 'reschedule' | 'cancel',
  onDone: () => void,
) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Input) =>
      idempotentRequests.perform<Booking>({
        method: 'POST',
        path: `/bookings/${booking.id}/${verb}`,
        body,
        bookingToken: token,
      }),
    onSuccess: (changed) => {
      client.setQueryData(bookingKey(booking.id), changed);
      void client.invalidateQueries({ queryKey: availabilityKey(booking.shop.slug) });
      onDone();
    },
    onError: (error) => {
      const outdated =
        error instanceof ApiError && error.is('version_conflict', 'booking_ended', 'too_late_to_change');
      if (outdated) void client.invalidateQueries({ queryKey: bookingKey(booking.id) });
      void client.invalidateQueries({ queryKey: availabilityKey(booking.shop.slug) });
    },
  });
}
