import { parseSecret } from '../secret-text.ts';
import type { RotationPorts, VersionLabel } from './ports.ts';
import { RotationError, type RotationStep } from './rotation-error.ts';

const retry = 'Fix the cause and rotate again: the rotation continues with the same new password.';

export async function works(password: string, { group }: RotationPorts): Promise<boolean> {
  return group.ping(password).then(
    () => true,
    () => false,
  );
}

/** The secret labeled AWSCURRENT and its password. */
export async function currentOf(
  step: RotationStep,
  ports: RotationPorts,
  labels: ReadonlyMap<VersionLabel, string>,
): Promise<{ text: string; password: string }> {
  const version = labels.get('AWSCURRENT') ?? '';
  const password = await passwordOf(step, version, ports);
  return { text: (await ports.secret.text(version)) ?? '', password };
}

/** The password of a version. Throws RotationError if it has none. */
export async function passwordOf(
  step: RotationStep,
  version: string,
  { secret }: RotationPorts,
): Promise<string> {
  const login = parseSecret((await secret.text(version)) ?? '', null);
  if (login?.password != null) return login.password;
  throw new RotationError(step, {
    reason: 'a version of the secret has no password.',
    works: 'The server was not changed: the same passwords work as before.',
    remediation:
      'Store the password of the server in the secret, as plain text or as JSON with "password", and rotate again.',
  });
}

/** Throws RotationError if the current password does not work, so that a rotation never starts in a broken state. */
export async function requireWorking(
  step: RotationStep,
  password: string,
  ports: RotationPorts,
): Promise<void> {
  try {
    await ports.group.ping(password);
  } catch (error) {
    throw new RotationError(
      step,
      {
        reason: `PING with the current password fails (${messageOf(error)}).`,
        works: 'No password was revoked: the server accepts the same passwords as before.',
        remediation:
          'Check that the password in the secret is the password of the server and that the server is reachable from here, then rotate again.',
      },
      error,
    );
  }
}

/** Creates the error to throw. It tests the old password first, so that the message reports whether it works. */
export async function fail(
  step: RotationStep,
  reason: string,
  old: string,
  ports: RotationPorts,
  cause?: unknown,
): Promise<RotationError> {
  const works = (await ports.group.ping(old).then(
    () => true,
    () => false,
  ))
    ? 'PING confirms that the old password works, and processes keep using it.'
    : 'The old password was not revoked, but PING with it fails too: the server is unavailable or not reachable from here.';
  return new RotationError(step, { reason, works, remediation: retry }, cause);
}

/** Restores a password that the server no longer accepts, and throws a RotationError that reports the result. */
export async function restore(step: RotationStep, old: string, ports: RotationPorts): Promise<never> {
  const reason = 'PING with the old password fails.';
  try {
    await ports.group.change(old, 'ROTATE');
    await ports.group.ping(old);
  } catch (error) {
    throw new RotationError(
      step,
      {
        reason,
        works: `The old password could not be restored (${messageOf(error)}). Open connections keep working; the server rejects new ones.`,
        remediation:
          'Immediately set the password of AWSCURRENT on the server with modify-replication-group and the strategy ROTATE, then rotate again.',
      },
      error,
    );
  }
  throw new RotationError(step, {
    reason,
    works: 'The old password was restored, and PING confirms that it works.',
    remediation: 'Find out what else changes the passwords of the server, then rotate again.',
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown';
}
