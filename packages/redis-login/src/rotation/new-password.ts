import { randomInt } from 'node:crypto';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const freshLength = 64;

/**
 * A new password that ElastiCache takes as its AUTH token: 64 letters and digits, 381 bits. It has none of the special
 * characters that are allowed, so no shell and no file can lose one.
 */
export function newPassword(): string {
  return Array.from({ length: freshLength }, () => letters[randomInt(letters.length)]).join('');
}
