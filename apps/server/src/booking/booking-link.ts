import { createHmac, timingSafeEqual } from 'node:crypto';

export type BookingLinks = ReturnType<typeof createBookingLinks>;

/**
 * The links with which guests see, move and cancel their bookings. The token is an HMAC of the booking's id, so it is
 * stored nowhere and any process with the secret can write the link again, into a reminder for instance. It is the
 * fragment of the link: browsers send fragments to no server, so it stays out of logs and Referer headers.
 *
 * `secret` has at least 32 characters; `publicUrl` has no trailing slash.
 */
export function createBookingLinks(secret: string, publicUrl: string) {
  const tokenOf = (bookingId: string): string =>
    createHmac('sha256', secret).update(`booking link ${bookingId}`).digest('base64url');
  return {
    /** The pages on which anybody books a visit of the shop. */
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
