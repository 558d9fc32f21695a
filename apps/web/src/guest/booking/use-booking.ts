import type { BookingCreated } from '@bookedbarber/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { idempotentRequests } from '../../shared/api/idempotent-requests.ts';
import { availabilityKey, bookingKey } from '../../shared/api/queries.ts';
import { storeToken, tokenInLink } from '../appointment/link-token.ts';
import { bookingInput, type GuestDetails } from './guest-details.ts';

interface BookingCallbacks {
  onBooked(bookingId: string): void;
  onRejected(error: unknown): void;
}

/** Converts a hold to a booking. Stores its token in this tab, so that the confirmation survives a reload. */
export function useBooking(slug: string, { onBooked, onRejected }: BookingCallbacks) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ details, holdId }: { details: GuestDetails; holdId: string }) =>
      idempotentRequests.perform<BookingCreated>({
        method: 'POST',
        path: `/shops/${encodeURIComponent(slug)}/bookings`,
        body: bookingInput(details, holdId),
      }),
    onSuccess: ({ booking, manage_url }) => {
      storeToken(booking.id, tokenInLink(manage_url));
      client.setQueryData(bookingKey(booking.id), booking);
      void client.invalidateQueries({ queryKey: availabilityKey(slug) });
      onBooked(booking.id);
    },
    onError: onRejected,
  });
}
