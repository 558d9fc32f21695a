/**
 * Password rotation for a server that accepts two passwords: the four idempotent steps of AWS Secrets Manager, and a
 * later fifth step. Clients use the old password until the fourth step, and it stays valid until the fifth:
 *
 *   createSecret       stores a new password in the secret, labeled AWSPENDING
 *   setSecret          ROTATE: the server accepts both passwords
 *   testSecret         tests both passwords
 *   finishSecret       labels the new password AWSCURRENT, so that processes read it
 *   revokeOldPassword  SET, after a grace period: the server accepts only the new password
 *
 * Each step starts and ends with PING. After a failed step, the server still accepts the old password.
 */
import { withPassword } from '../secret-text.ts';
import { currentOf, fail, passwordOf, requireWorking, restore, works } from './passwords.ts';
import type { RotationPorts } from './ports.ts';
import type { RotationStep } from './rotation-error.ts';

export type SecretStep = Exclude<RotationStep, 'revokeOldPassword'>;

/** @param version the id of the new version (ClientRequestToken) */
export async function runStep(step: SecretStep, version: string, ports: RotationPorts): Promise<void> {
  const labels = await ports.secret.labels();
  // Secrets Manager repeats a step if it did not receive the result.
  if (labels.get('AWSCURRENT') === version) return;
  await steps[step](version, ports);
}

const steps: Record<SecretStep, (version: string, ports: RotationPorts) => Promise<void>> = {
  async createSecret(version, ports) {
    const { secret, newPassword } = ports;
    const labels = await secret.labels();
    const current = await currentOf('createSecret', ports, labels);
    await requireWorking('createSecret', current.password, ports);
    if ((await secret.text(version)) !== null) return;
    // An unfinished rotation continues with its password: ROTATE to a third password would revoke the old one.
    // After a finished one, AWSPENDING can still be at the current version.
    const pending = labels.get('AWSPENDING');
    const isFinished = pending === undefined || pending === version || pending === labels.get('AWSCURRENT');
    const unfinished = isFinished ? null : await secret.text(pending);
    await secret.put(version, unfinished ?? withPassword(current.text, newPassword()));
  },

  async setSecret(version, ports) {
    const { current, pending } = await bothOf('setSecret', version, ports);
    await requireWorking('setSecret', current, ports);
    if (await works(pending, ports)) return;
    try {
      await ports.group.change(pending, 'ROTATE');
    } catch (error) {
      throw await fail('setSecret', `ROTATE failed: ${messageOf(error)}.`, current, ports, error);
    }
    if (!(await works(current, ports))) await restore('setSecret', current, ports);
    await requireNew('setSecret', pending, current, ports);
  },

  async testSecret(version, ports) {
    const { current, pending } = await bothOf('testSecret', version, ports);
    await requireNew('testSecret', pending, current, ports);
    await requireWorking('testSecret', current, ports);
  },

  async finishSecret(version, ports) {
    const { current, pending } = await bothOf('finishSecret', version, ports);
    await requireNew('finishSecret', pending, current, ports);
    const from = (await ports.secret.labels()).get('AWSCURRENT');
    await ports.secret.move('AWSCURRENT', version, from);
    try {
      await requireNew('finishSecret', pending, current, ports);
    } catch (error) {
      // Processes must not read a password that does not work.
      if (from !== undefined) await ports.secret.move('AWSCURRENT', from, version);
      throw error;
    }
  },
};

async function bothOf(step: SecretStep, version: string, ports: RotationPorts) {
  const current = await currentOf(step, ports, await ports.secret.labels());
  return { current: current.password, pending: await passwordOf(step, version, ports) };
}

async function requireNew(
  step: RotationStep,
  pending: string,
  current: string,
  ports: RotationPorts,
): Promise<void> {
  try {
    await ports.group.ping(pending);
  } catch (error) {
    const reason = `PING with the new password fails (${messageOf(error)}).`;
    throw await fail(step, reason, current, ports, error);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown';
}
