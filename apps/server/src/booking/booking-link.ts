import { createHmac, timingSafeEqual } from 'node:crypto';

export type BookingLinks = ReturnType<typeof createBookingLinks>;

/**
 * Links for guests to view, reschedule and cancel their bookings. The token is an HMAC of the booking id, so it is not
 * stored, and any process with the secret can generate the link again, for example for a reminder. The token is the URL
 * fragment: browsers do not send fragments to servers, so it does not appear in logs or Referer headers.
 *
 * `secret` has at least 32 characters; `publicUrl` has no trailing slash.
 */
export function createBookingLinks(secret: string, publicUrl: string) {
  const tokenOf = (bookingId: string): string =>
    createHmac('sha256', secret).update(`booking link ${bookingId}`).digest('base64url');
  return {
    /** The public booking page of the shop. */
    shopUrl: (slug: string): string => `${publicUrl}/s/${slug}`,

    url: (bookingId: string): string => `${publicUrl}/manage/${bookingId}#${tokenOf(bookingId)}`,

    /** Compares in constant time. */
    isTokenOf(bookingId: string, token: string): boolean {
      const expected = Buffer.from(tokenOf(bookingId));
      const given = Buffer.from(token);
      return given.length === expected.length && timingSafeEqual(given, expected);
    },
  };
}
