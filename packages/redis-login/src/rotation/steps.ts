/**
 * The rotation of a password that two of a server's may be at a time: the four steps of AWS Secrets Manager, each of which
 * may be repeated, and a fifth for later. Everybody logs in with the old password until the fourth step, and may do so until
 * the fifth:
 *
 *   createSecret  a new password lies in the secret, labelled AWSPENDING
 *   setSecret     ROTATE: the server takes both
 *   testSecret    both are tried
 *   finishSecret  the new one is labelled AWSCURRENT: from now on processes read it
 *   revokeOldPassword  SET: the server takes the new one alone; when all processes have had time to read it
 *
 * Each step begins and ends with PING. One that fails leaves a server that takes the old password, and says so.
 */
import { withPassword } from '../secret-text.ts';
import { currentOf, fail, passwordOf, requireWorking, restore, works } from './passwords.ts';
import type { RotationPorts } from './ports.ts';
import type { RotationStep } from './rotation-failed.ts';

export type SecretStep = Exclude<RotationStep, 'revokeOldPassword'>;

/** @param version the name that Secrets Manager gave the new version */
export async function runStep(step: SecretStep, version: string, ports: RotationPorts): Promise<void> {
  const labels = await ports.secret.labels();
  // A finished rotation is called again when its end was not heard of.
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
    // What an earlier rotation left half done is gone on with: a third password would push the old one out of the server.
    const left = labels.get('AWSPENDING');
    const unfinished = left === undefined || left === version ? null : await secret.text(left);
    await secret.put(version, unfinished ?? withPassword(current.text, newPassword()));
  },

  async setSecret(version, ports) {
    const { current, pending } = await bothOf('setSecret', version, ports);
    await requireWorking('setSecret', current, ports);
    if (await works(pending, ports)) return;
    try {
      await ports.group.change(pending, 'ROTATE');
    } catch (error) {
      throw await fail('setSecret', `ROTATE was refused: ${messageOf(error)}.`, current, ports, error);
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
      // Nobody is to be sent to a password that does not work.
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
    const reason = `the server does not answer PING to the new password (${messageOf(error)}).`;
    throw await fail(step, reason, current, ports, error);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown';
}
