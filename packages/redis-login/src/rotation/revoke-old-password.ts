import { currentOf, passwordOf, requireWorking, restore, works } from './passwords.ts';
import type { RotationPorts } from './ports.ts';
import { RotationError } from './rotation-error.ts';

export type RevokeResult = 'revoked' | 'nothing-to-do' | 'too-early';

/**
 * Revokes the old password on the server, `graceMs` after the last change of the secret, which gives every process
 * time to read the new one. It then labels the current version ALONE, so that this happens once per rotation. During
 * a rotation it does nothing. If the new password fails afterwards, or `checkClients` rejects, it restores the old
 * password.
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
        reason: `SET failed: ${reason}.`,
        works: 'The server still accepts the old and the new password.',
        remediation: 'Fix the cause. The step is retried automatically.',
      },
      error,
    );
  }
  if (!(await works(password, ports)))
    await restoreOld(old, 'after SET, PING with the new password fails.', ports);
  try {
    await checkClients();
  } catch (error) {
    await restoreOld(
      old,
      `after SET, ${error instanceof Error ? error.message : 'the client check failed'}.`,
      ports,
    );
  }
  await secret.move('ALONE', version, labels.get('ALONE'));
  return 'revoked';
}

/** Restores the old password after the new one failed or a client still needs the old one. */
async function restoreOld(old: string, reason: string, ports: RotationPorts): Promise<never> {
  const failure = await restore('revokeOldPassword', old, ports).catch((error: unknown) => error);
  if (!(failure instanceof RotationError)) throw failure;
  throw new RotationError('revokeOldPassword', {
    reason,
    works: failure.works,
    // A failed restore is more urgent than the reason for it.
    remediation:
      failure.cause === undefined
        ? 'Check the server, find the processes that have not read the new password, then revoke the old one again: bookedbarber rotate --revoke-old-password.'
        : failure.remediation,
  });
}
