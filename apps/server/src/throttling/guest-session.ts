import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

export type GuestSessions = ReturnType<typeof createGuestSessions>;

const cookieName = 'guest_session';
/** A visit or two: who comes back later is given another one. */
const lifeSeconds = 7 * 86_400;
const idBytes = 12;
const maxCookieHeader = 8192;

/**
 * Tells guests behind one address apart: a random id and the time of its end in a cookie, signed so that nobody makes
 * one without asking. It says nothing of the guest and opens nothing; it only gives limits of its own.
 *
 * Whoever asks for many sessions gains nothing beyond the limit of the address, which counts what they do together, and
 * each is given by a request that counted for the address alone.
 *
 * `secret` has at least 32 characters.
 */
export function createGuestSessions({ secret, secure }: { secret: string; secure: boolean }) {
  const signatureOf = (content: string): string =>
    createHmac('sha256', secret).update(`guest session ${content}`).digest('base64url');
  const attributes = `; Path=/api; Max-Age=${lifeSeconds}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
  return {
    /** The value of Set-Cookie that begins a session. */
    begin(nowMs: number): string {
      const endsSeconds = Math.floor(nowMs / 1000) + lifeSeconds;
      const content = `${randomBytes(idBytes).toString('base64url')}.${endsSeconds}`;
      return `${cookieName}=${content}.${signatureOf(content)}${attributes}`;
    },

    /** The id of the session in a Cookie header, or null: there is none, it has ended, or we have not made it. */
    idIn(cookieHeader: string | undefined, nowMs: number): string | null {
      if (cookieHeader === undefined || cookieHeader.length > maxCookieHeader) return null;
      const [, id = '', ends = '', signature = ''] =
        /(?:^|;\s*)guest_session=([\w-]{16})\.(\d{10,12})\.([\w-]{43})(?:;|$)/.exec(cookieHeader) ?? [];
      if (id === '' || Number(ends) * 1000 <= nowMs) return null;
      const expected = Buffer.from(signatureOf(`${id}.${ends}`));
      return timingSafeEqual(Buffer.from(signature), expected) ? id : null;
    },
  };
}
