import type { RotationPorts } from './ports.ts';
import { revokeOldPassword } from './revoke-old-password.ts';
import { RotationError } from './rotation-error.ts';
import { runStep, type SecretStep } from './steps.ts';

export type RotationHandlerOptions = {
  /** The ARN of the secret that this function rotates. */
  secretArn: string;
  /** Time for processes to read the new password before the old one is revoked, in ms. */
  graceMs: number;
  ports: RotationPorts;
  /** Called once per event; the line contains no secret. */
  log: (line: Readonly<Record<string, string>>) => void;
};

const secretSteps: readonly string[] = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];

/**
 * The Lambda handler. Secrets Manager invokes it with `{Step, SecretId, ClientRequestToken}`, and a schedule with
 * `{"revokeOldPassword": true}`. It rethrows errors so that Secrets Manager retries and the alarm sees them.
 */
export function rotationHandler({ secretArn, graceMs, ports, log }: RotationHandlerOptions) {
  return async (event: unknown): Promise<void> => {
    try {
      log(await handle(event));
    } catch (error) {
      const message = error instanceof RotationError ? error.message : 'the rotation failed';
      log({ step: stepOf(event), outcome: 'failed', message });
      throw error;
    }
  };

  async function handle(event: unknown): Promise<Readonly<Record<string, string>>> {
    const fields = typeof event === 'object' && event !== null ? (event as Record<string, unknown>) : {};
    if (fields['revokeOldPassword'] === true)
      return { step: 'revokeOldPassword', outcome: await revokeOldPassword(graceMs, ports) };
    const { Step: step, SecretId: id, ClientRequestToken: version } = fields;
    if (typeof step !== 'string' || !secretSteps.includes(step))
      throw new TypeError('The event has no rotation step. Only Secrets Manager may invoke this function.');
    if (id !== secretArn)
      throw new TypeError('The event is for a secret that this function does not rotate.');
    if (typeof version !== 'string' || !/^[A-Za-z0-9-]{32,64}$/.test(version))
      throw new TypeError('The event has no valid version of the secret.');
    await runStep(step as SecretStep, version, ports);
    return { step, outcome: 'done' };
  }
}

function stepOf(event: unknown): string {
  const step = (event as { Step?: unknown } | null)?.Step;
  return typeof step === 'string' && secretSteps.includes(step) ? step : 'revokeOldPassword';
}
