import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

export type GuestSessions = ReturnType<typeof createGuestSessions>;

const cookieName = 'guest_session';
const lifetimeSeconds = 7 * 86_400;
const idBytes = 12;
const maxCookieHeaderLength = 8192;

/**
 * Distinguishes guests behind one address, so that each has its own rate limits. A session is a cookie with a random id
 * and an expiry, signed so that only this server can create one. It contains no personal data and grants no access.
 *
 * A client with many sessions is still subject to the shared limit of its address. Each new session also costs a
 * request that counts toward the limit of the address without a session.
 *
 * `secret` has at least 32 characters.
 */
export function createGuestSessions({ secret, secure }: { secret: string; secure: boolean }) {
  const signatureOf = (content: string): string =>
    createHmac('sha256', secret).update(`guest session ${content}`).digest('base64url');
  const attributes = `; Path=/api; Max-Age=${lifetimeSeconds}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
  return {
    /** The Set-Cookie value of a new session. */
    begin(nowMs: number): string {
      const expiresSeconds = Math.floor(nowMs / 1000) + lifetimeSeconds;
      const content = `${randomBytes(idBytes).toString('base64url')}.${expiresSeconds}`;
      return `${cookieName}=${content}.${signatureOf(content)}${attributes}`;
    },

    /** The id of the session in a Cookie header; null if it is missing, expired or not signed by this server. */
    idIn(cookieHeader: string | undefined, nowMs: number): string | null {
      if (cookieHeader === undefined || cookieHeader.length > maxCookieHeaderLength) return null;
      const [, id = '', expires = '', signature = ''] =
        /(?:^|;\s*)guest_session=([\w-]{16})\.(\d{10,12})\.([\w-]{43})(?:;|$)/.exec(cookieHeader) ?? [];
      if (id === '' || Number(expires) * 1000 <= nowMs) return null;
      const expected = Buffer.from(signatureOf(`${id}.${expires}`));
      return timingSafeEqual(Buffer.from(signature), expected) ? id : null;
    },
  };
}
