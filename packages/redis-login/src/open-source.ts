import type { Login } from '@bookedbarber/redis-tier/connection';
import type { LoginSource } from '@bookedbarber/redis-tier/settings';
import { readFileLogin } from './file-login.ts';
import { iamLogin } from './iam-login.ts';
import { secretLogin } from './secret-login.ts';

/**
 * Returns a function that reads the current login of a server. `username` is the one from the settings.
 * The function rejects with CredentialsError.
 */
export function openLoginSource(source: LoginSource, username: string | null): () => Promise<Login> {
  switch (source.kind) {
    case 'file':
      return () => readFileLogin(source.path, username);
    case 'secret':
      return secretLogin(source.id, username);
    case 'iam':
      return iamLogin(source);
  }
}
