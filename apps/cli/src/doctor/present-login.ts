import { LoginUnreadable, openLoginSource } from '@bookedbarber/redis-login';
import { keepSdkQuiet } from '../environment.ts';
import type { Seen } from '../shared/checks/check-log.ts';
import { CheckFailed } from '../shared/checks/finding.ts';
import { secretsOf, type Target } from './settings/settings-check.ts';

/** Reads the logins that the settings only point at, from where the server reads them. */
export async function withPresentLogins({
  value: targets,
  ...seen
}: Seen<readonly Target[]>): Promise<Seen<readonly Target[]>> {
  keepSdkQuiet();
  return { ...seen, value: await Promise.all(targets.map(withPresentLogin)) };
}

async function withPresentLogin(target: Target): Promise<Target> {
  const { login, username } = target.server;
  if (login === null) return target;
  try {
    const server = { ...target.server, ...(await openLoginSource(login, username)()) };
    return { ...target, server, secrets: secretsOf(server) };
  } catch (error) {
    if (!(error instanceof LoginUnreadable)) throw error;
    throw new CheckFailed({
      code: 'login_unreadable',
      message: `The login for the server of ${target.variable} cannot be read.`,
      cause: error.message,
      mend: 'Give this machine what the server has: the file, or a role that may read the secret; or run doctor where the server runs.',
    });
  }
}
