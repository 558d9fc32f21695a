import type { Login } from '@bookedbarber/redis-tier/connection';

/** Most characters of a password; ElastiCache takes 128. */
export const maxPasswordLength = 1024;

/**
 * What a secret says: `{"username": ..., "password": ...}`, where the user may be missing, or the password as it stands.
 * null when it holds no password.
 */
export function parseSecret(text: string, username: string | null): Login | null {
  const fields = parseObject(text);
  const password = fields === null ? text.replace(/\r?\n$/, '') : fields['password'];
  if (typeof password !== 'string' || password === '' || password.length > maxPasswordLength) return null;
  const own = fields?.['username'];
  return { username: typeof own === 'string' && own !== '' ? own : username, password };
}

/** The same secret with another password: where it is JSON, its other fields stay. */
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
