import { currentOf, passwordOf, requireWorking, restore, works } from './passwords.ts';
import type { RotationPorts } from './ports.ts';
import { RotationFailed } from './rotation-failed.ts';

export type Settled = 'settled' | 'nothing-to-do' | 'too-early';

/**
 * Takes the old password from the server, `graceMs` after the secret last changed: the time for every process to read it
 * again. The version whose password is then alone gets the label ALONE, so that it is done once. A rotation under way is
 * waited for. When the new password does not answer afterwards, or `clientsAreWell` rejects, the old one is given back.
 */
export async function settle(
  graceMs: number,
  ports: RotationPorts,
  clientsAreWell: () => Promise<void> = () => Promise.resolve(),
): Promise<Settled> {
  const { secret, group } = ports;
  const labels = await secret.labels();
  const version = labels.get('AWSCURRENT');
  const previous = labels.get('AWSPREVIOUS');
  const pending = labels.get('AWSPENDING');
  if (version === undefined || previous === undefined || labels.get('ALONE') === version)
    return 'nothing-to-do';
  if (pending !== undefined && pending !== version) return 'too-early';
  if (ports.nowMs() - (await secret.changedAtMs()) < graceMs) return 'too-early';
  const { password } = await currentOf('settle', ports, labels);
  await requireWorking('settle', password, ports);
  const old = await passwordOf('settle', previous, ports);
  try {
    await group.change(password, 'SET');
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown';
    throw new RotationFailed(
      'settle',
      {
        reason: `SET was refused: ${reason}.`,
        works: 'The server still takes the old and the new password.',
        mend: 'It is tried again by itself; mend what the reason says.',
      },
      error,
    );
  }
  if (!(await works(password, ports)))
    await giveBack(old, 'after SET the server does not answer PING to the new password.', ports);
  try {
    await clientsAreWell();
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
  const failure = await restore('settle', old, ports).catch((error: unknown) => error);
  if (!(failure instanceof RotationFailed)) throw failure;
  throw new RotationFailed('settle', {
    reason,
    works: failure.works.replace(/^It /, 'The old one '),
    mend: 'Look at the server, and which process has not read the new password; then take the old one away again (settle).',
  });
}
