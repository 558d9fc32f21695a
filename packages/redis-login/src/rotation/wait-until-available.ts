import { currentOf, passwordOf, requireWorking, restore, works } from './passwords.ts';
import type { RotationPorts } from './ports.ts';
import { RotationError } from './rotation-failed.ts';

export type RevokeResult = 'settled' | 'nothing-to-do' | 'too-early';

/**
 * Takes the old password from the server, `graceMs` after the secret last changed: the time for every process to read it
 * again. The version whose password is then alone gets the label ALONE, so that it is done once. A rotation under way is
 * waited for. When the new password does not answer afterwards, or `checkClients` rejects, the old one is given back.
 */
export async function revokeOldPassword(
  graceMs: number,
  ports: RotationPorts,
  checkClients: () => Promise<void> = () => Promise.resolve(),
): Promise<RevokeResult> {
  const { secret, group } = ports;
  const labels = await secret.labels();
  const version = labels.get('AWSCURRENT');
  const previous = labels.get('AWSPREVIOUS');
  const pending = labels.get('AWSPENDING');
  if (version === undefined || previous === undefined || labels.get('ALONE') === version)
    return 'nothing-to-do';
  if (pending !== undefined && pending !== version) return 'too-early';
  if (ports.nowMs() - (await secret.changedAtMs()) < graceMs) return 'too-early';
  const { password } = await currentOf('revokeOldPassword', ports, labels);
  await requireWorking('revokeOldPassword', password, ports);
  const old = await passwordOf('revokeOldPassword', previous, ports);
  try {
    await group.change(password, 'SET');
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown';
    throw new RotationError(
      'revokeOldPassword',
      {
        reason: `SET was refused: ${reason}.`,
        works: 'The server still takes the old and the new password.',
        remediation: 'It is tried again by itself; mend what the reason says.',
      },
      error,
    );
  }
  if (!(await works(password, ports)))
    await giveBack(old, 'after SET the server does not answer PING to the new password.', ports);
  try {
    await checkClients();
  } catch (error) {
    await giveBack(
      old,
      `after SET ${error instanceof Error ? error.message : 'clients are not well'}.`,
      ports,
    );
  }
  await secret.move('ALONE', version, labels.get('ALONE'));
  return 'settled';
}

/** The new password fails, or not everybody has it: with the old one back nobody is kept out. */
async function giveBack(old: string, reason: string, ports: RotationPorts): Promise<never> {
  const failure = await restore('revokeOldPassword', old, ports).catch((error: unknown) => error);
  if (!(failure instanceof RotationError)) throw failure;
  throw new RotationError('revokeOldPassword', {
    reason,
    works: failure.works.replace(/^It /, 'The old one '),
    remediation:
      'Look at the server, and which process has not read the new password; then take the old one away again (settle).',
  });
}
