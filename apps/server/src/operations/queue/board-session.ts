import { createHmac, timingSafeEqual } from 'node:crypto';

export const queueBoardPath = '/operations/queue';

const cookieName = 'queue_board';
/** Lifetime of a session, in seconds. */
const lifetimeSeconds = 1800;
const maxCookieHeader = 8192;

/**
 * Session cookies for the queue board: browsers cannot send the operator token with a page request. A session grants
 * access to the board only and expires. Cookies are signed with the operator token, so changing the token ends all
 * sessions.
 */
export function createQueueBoardSessions({
  operatorToken,
  secure,
}: {
  operatorToken: string;
  secure: boolean;
}) {
  const signatureOf = (expiresSeconds: number | string): Buffer =>
    createHmac('sha256', operatorToken).update(`queue board until ${expiresSeconds}`).digest();
  const attributes = `; Path=${queueBoardPath}; Max-Age=${lifetimeSeconds}; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
  return {
    /** Starts a session and returns the value of Set-Cookie. */
    create(nowMs: number): string {
      const expiresSeconds = Math.floor(nowMs / 1000) + lifetimeSeconds;
      return `${cookieName}=${expiresSeconds}.${signatureOf(expiresSeconds).toString('base64url')}${attributes}`;
    },

    /** Whether a Cookie header contains a valid, unexpired session. */
    isValid(cookieHeader: string | undefined, nowMs: number): boolean {
      if (cookieHeader === undefined || cookieHeader.length > maxCookieHeader) return false;
      const [, expires = '', signature = ''] =
        /(?:^|;\s*)queue_board=(\d{10,12})\.([\w-]{43})(?:;|$)/.exec(cookieHeader) ?? [];
      if (expires === '' || Number(expires) * 1000 <= nowMs) return false;
      return timingSafeEqual(Buffer.from(signature, 'base64url'), signatureOf(expires));
    },
  };
}
