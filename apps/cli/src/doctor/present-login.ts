import { CredentialsError, openLoginSource } from '@bookedbarber/redis-login';
import { silenceSdkWarnings } from '../environment.ts';
import type { CheckValue } from '../shared/checks/check-log.ts';
import { CheckFailedError } from '../shared/checks/finding.ts';
import { secretsOf, type Target } from './settings/settings-check.ts';

/** Reads the logins that the settings only point at, from where the server reads them. */
export async function withCurrentLogins({
  value: targets,
  ...seen
}: CheckValue<readonly Target[]>): Promise<CheckValue<readonly Target[]>> {
  silenceSdkWarnings();
  return { ...seen, value: await Promise.all(targets.map(withCurrentLogin)) };
}

async function withCurrentLogin(target: Target): Promise<Target> {
  const { login, username } = target.server;
  if (login === null) return target;
  try {
    const server = { ...target.server, ...(await openLoginSource(login, username)()) };
    return { ...target, server, secrets: secretsOf(server) };
  } catch (error) {
    if (!(error instanceof CredentialsError)) throw error;
    throw new CheckFailedError({
      code: 'login_unreadable',
      message: `The login for the server of ${target.variable} cannot be read.`,
      cause: error.message,
      remediation:
        'Give this machine what the server has: the file, or a role that may read the secret; or run doctor where the server runs.',
    });
  }
}
