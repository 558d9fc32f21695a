import { randomInt } from 'node:crypto';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const passwordLength = 64;

/**
 * Generates a password that ElastiCache accepts as an AUTH token: 64 letters and digits, 381 bits. It has no special
 * characters, so it needs no escaping in shells and files.
 */
export function newPassword(): string {
  return Array.from({ length: passwordLength }, () => alphabet[randomInt(alphabet.length)]).join('');
}
