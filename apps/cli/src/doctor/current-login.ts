import { CredentialsError, openLoginSource } from '@bookedbarber/redis-login';
import { silenceSdkWarnings } from '../environment.ts';
import type { CheckValue } from '../shared/checks/check-log.ts';
import { CheckFailedError } from '../shared/checks/finding.ts';
import { secretsOf, type Target } from './settings/settings-check.ts';

/** Fetches the logins that the settings only reference, from the same source as the server. */
export async function withCurrentLogins({
  value: targets,
  ...result
}: CheckValue<readonly Target[]>): Promise<CheckValue<readonly Target[]>> {
  silenceSdkWarnings();
  return { ...result, value: await Promise.all(targets.map(withCurrentLogin)) };
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
      message: `The login for ${target.variable} cannot be read.`,
      cause: error.message,
      remediation:
        'Give this machine the password file of the server, or a role that may read the secret. Or run doctor on a machine that runs the server.',
    });
  }
}
