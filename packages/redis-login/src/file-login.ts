import { open } from 'node:fs/promises';
import type { Login } from '@bookedbarber/redis-tier/connection';
import { CredentialsError } from './login-error.ts';
import { maxPasswordLength } from './secret-text.ts';

/** The password in a file, without the line break that editors add. The file is opened anew each time: mounts replace it. */
export async function readFileLogin(path: string, username: string | null): Promise<Login> {
  const text = await readBeginning(path);
  const password = text.replace(/\r?\n$/, '');
  if (password === '' || password.length > maxPasswordLength || /[\r\n]/.test(password)) {
    throw new CredentialsError(
      `The file with the password of Redis is empty, longer than ${maxPasswordLength} characters or has several lines: it wants the password alone.`,
    );
  }
  return { username, password };
}

/** A little more than a password may have, of a file that may be any. */
async function readBeginning(path: string): Promise<string> {
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
      `The file with the password of Redis cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'}): ` +
        'let it be there, readable for the account of this process.',
      { cause: error },
    );
  }
}
