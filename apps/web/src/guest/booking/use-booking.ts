import type { BookingCreated } from '@bookedbarber/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { intents } from '../../shared/api/intents.ts';
import { availabilityKey, bookingKey } from '../../shared/api/queries.ts';
import { rememberToken, tokenInLink } from '../appointment/link-token.ts';
import { bookingInput, type GuestDetails } from './guest-details.ts';

interface WhatThen {
  onBooked(bookingId: string): void;
  onRefused(error: unknown): void;
}

/** Makes a booking of a hold. Its link is kept in this tab, so that the confirmation can be shown and reloaded. */
export function useBooking(slug: string, { onBooked, onRefused }: WhatThen) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ details, holdId }: { details: GuestDetails; holdId: string }) =>
      intents.perform<BookingCreated>({
        method: 'POST',
        path: `/shops/${encodeURIComponent(slug)}/bookings`,
        body: bookingInput(details, holdId),
      }),
    onSuccess: ({ booking, manage_url }) => {
      rememberToken(booking.id, tokenInLink(manage_url));
      client.setQueryData(bookingKey(booking.id), booking);
      void client.invalidateQueries({ queryKey: availabilityKey(slug) });
      onBooked(booking.id);
    },
    onError: onRefused,
  });
}
