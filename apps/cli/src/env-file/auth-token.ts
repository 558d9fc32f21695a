import { randomInt } from 'node:crypto';
import { authTokenErrors } from '@bookedbarber/elasticache';
import { Failure } from '../failures.ts';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const freshLength = 64;

/**
 * A new password that ElastiCache takes as its AUTH token: 64 letters and digits, 381 bits. It has none of the special
 * characters that are allowed, so no shell and no file can lose one.
 */
export function newAuthToken(): string {
  return Array.from({ length: freshLength }, () => letters[randomInt(letters.length)]).join('');
}

/** Throws Failure for a password that ElastiCache would not take as AUTH token; the message does not show it. */
export function checkAuthToken(token: string): void {
  const errors = authTokenErrors(token);
  if (errors.length === 0) return;
  throw new Failure('auth_token_refused', 'ElastiCache does not take this password as AUTH token.', {
    details: errors.map(({ message }) => message),
    mend: 'Choose another one, or have one made with --new-redis-password.',
  });
}

export function isElastiCache(host: string): boolean {
  return /\.cache\.amazonaws\.com(\.cn)?$/.test(host);
}
