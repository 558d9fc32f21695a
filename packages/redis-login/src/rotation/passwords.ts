import { parseSecret } from '../secret-text.ts';
import type { RotationPorts, VersionLabel } from './ports.ts';
import { RotationError, type RotationStep } from './rotation-failed.ts';

const again = 'Mend that and rotate again: it goes on with the same new password.';

export async function works(password: string, { group }: RotationPorts): Promise<boolean> {
  return group.ping(password).then(
    () => true,
    () => false,
  );
}

/** The secret in use, and its password. */
export async function currentOf(
  step: RotationStep,
  ports: RotationPorts,
  labels: ReadonlyMap<VersionLabel, string>,
): Promise<{ text: string; password: string }> {
  const version = labels.get('AWSCURRENT') ?? '';
  const password = await passwordOf(step, version, ports);
  return { text: (await ports.secret.text(version)) ?? '', password };
}

/** The password of a version. Throws RotationError when it has none. */
export async function passwordOf(
  step: RotationStep,
  version: string,
  { secret }: RotationPorts,
): Promise<string> {
  const login = parseSecret((await secret.text(version)) ?? '', null);
  if (login?.password != null) return login.password;
  throw new RotationError(step, {
    reason: 'a version of the secret holds no password.',
    works: 'The server was not touched: what worked before works.',
    remediation:
      'Put the password of the server into the secret, alone or as JSON with "password", and rotate again.',
  });
}

/** Throws RotationError unless the password in use works: nothing is rotated away from what is broken already. */
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
        reason: `the server does not answer PING to the password in use (${messageOf(error)}).`,
        works: 'No password was taken from the server: it takes those that it took before.',
        remediation:
          'Compare the password in the secret with that of the server, and look whether this place reaches the server; then rotate again.',
      },
      error,
    );
  }
}

/** The failure to throw, after the old password was tried once more: what it says of it is so. */
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
    ? 'The old password works, as PING has just shown, and processes go on with it.'
    : 'The old password was not taken from the server, but PING is not answered to it either: the server is out of reach from here, or away.';
  return new RotationError(step, { reason, works, remediation: again }, cause);
}

/** Makes the server take a password again that was pushed out of it, and throws RotationError that says so. */
export async function restore(step: RotationStep, old: string, ports: RotationPorts): Promise<never> {
  const reason = 'the server does not answer PING to the old password any more.';
  try {
    await ports.group.change(old, 'ROTATE');
    await ports.group.ping(old);
  } catch (error) {
    throw new RotationError(
      step,
      {
        reason,
        works: `It could not be given back to the server either (${messageOf(error)}). Open connections live on; new ones are refused.`,
        remediation:
          'Give the server the password of AWSCURRENT with modify-replication-group and the strategy ROTATE at once, then rotate again.',
      },
      error,
    );
  }
  throw new RotationError(step, {
    reason,
    works: 'It was given back to the server and works, as PING has shown.',
    remediation: 'Look who else changes the passwords of the server, then rotate again.',
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown';
}
