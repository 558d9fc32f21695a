import type { Login } from '@bookedbarber/redis-tier/connection';

/** Maximum password length in characters. ElastiCache allows 128. */
export const maxPasswordLength = 1024;

/**
 * Parses a secret: JSON `{"username": ..., "password": ...}` with an optional username, or the plain password.
 * Returns null if it has no password.
 */
export function parseSecret(text: string, username: string | null): Login | null {
  const fields = parseObject(text);
  const password = fields === null ? text.replace(/\r?\n$/, '') : fields['password'];
  if (typeof password !== 'string' || password === '' || password.length > maxPasswordLength) return null;
  const own = fields?.['username'];
  return { username: typeof own === 'string' && own !== '' ? own : username, password };
}

/** Replaces the password of a secret. Other fields of a JSON secret stay the same. */
export function withPassword(text: string, password: string): string {
  const fields = parseObject(text);
  return fields === null ? password : JSON.stringify({ ...fields, password });
}

function parseObject(text: string): Readonly<Record<string, unknown>> | null {
  if (!text.trimStart().startsWith('{')) return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}
