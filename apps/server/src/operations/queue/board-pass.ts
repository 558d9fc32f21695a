import { createHmac, timingSafeEqual } from 'node:crypto';

export const queueBoardPath = '/operations/queue';

const cookieName = 'queue_board';
/** So long the board stays open to who has shown the operators' token. */
const lifeSeconds = 1800;
const maxCookieHeader = 8192;

/**
 * A pass to look at the board of the queue, for browsers: they cannot send the operators' token along with a page. It opens
 * nothing else, is of no use elsewhere, and ends by itself. Signed by the token: who changes that ends all passes.
 */
export function createQueueBoardSessions({
  operatorToken,
  secure,
}: {
  operatorToken: string;
  secure: boolean;
}) {
  const signatureOf = (endsSeconds: number | string): Buffer =>
    createHmac('sha256', operatorToken).update(`queue board until ${endsSeconds}`).digest();
  const attributes = `; Path=${queueBoardPath}; Max-Age=${lifeSeconds}; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
  return {
    /** The value of Set-Cookie. */
    give(nowMs: number): string {
      const endsSeconds = Math.floor(nowMs / 1000) + lifeSeconds;
      return `${cookieName}=${endsSeconds}.${signatureOf(endsSeconds).toString('base64url')}${attributes}`;
    },

    /** Whether a Cookie header has a pass that we gave and that has not ended. */
    isIn(cookieHeader: string | undefined, nowMs: number): boolean {
      if (cookieHeader === undefined || cookieHeader.length > maxCookieHeader) return false;
      const [, ends = '', signature = ''] =
        /(?:^|;\s*)queue_board=(\d{10,12})\.([\w-]{43})(?:;|$)/.exec(cookieHeader) ?? [];
      if (ends === '' || Number(ends) * 1000 <= nowMs) return false;
      return timingSafeEqual(Buffer.from(signature, 'base64url'), signatureOf(ends));
    },
  };
}
