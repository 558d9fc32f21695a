import { open } from 'node:fs/promises';
import type { Login } from '@bookedbarber/redis-tier/connection';
import { CredentialsError } from './credentials-error.ts';
import { maxPasswordLength } from './secret-text.ts';

/**
 * Reads a password file and removes a trailing line break. The file is reopened on every call, because secret mounts
 * replace it. Throws CredentialsError.
 */
export async function readFileLogin(path: string, username: string | null): Promise<Login> {
  const text = await readStart(path);
  const password = text.replace(/\r?\n$/, '');
  if (password === '' || password.length > maxPasswordLength || /[\r\n]/.test(password)) {
    throw new CredentialsError(
      `The Redis password file is empty, longer than ${maxPasswordLength} characters or has several lines. It must contain only the password.`,
    );
  }
  return { username, password };
}

/** Reads slightly more than the maximum password length, since the file can have any size. */
async function readStart(path: string): Promise<string> {
  try {
    const file = await open(path);
    try {
      const buffer = Buffer.alloc(4 * maxPasswordLength + 8);
      const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new CredentialsError(
      `The Redis password file cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'}). ` +
        'Check that it exists and that the user of this process can read it.',
      { cause: error },
    );
  }
}
