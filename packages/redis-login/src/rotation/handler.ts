import type { RotationPorts } from './ports.ts';
import { RotationError } from './rotation-failed.ts';
import { runStep, type SecretStep } from './steps.ts';
import { revokeOldPassword } from './wait-until-available.ts';

export type RotationHandlerOptions = {
  /** The ARN of the one secret that is rotated here. */
  secretArn: string;
  /** Time for processes to read the new password before the old one is taken away, in ms. */
  graceMs: number;
  ports: RotationPorts;
  /** One line for each thing done; nothing of it is secret. */
  log: (line: Readonly<Record<string, string>>) => void;
};

const secretSteps: readonly string[] = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];

/**
 * What runs on AWS Lambda: a step when Secrets Manager calls (`{Step, SecretId, ClientRequestToken}`), and `{"revokeOldPassword": true}`
 * from a schedule. Throws what a step throws: Secrets Manager and the alarm learn of it from that.
 */
export function rotationHandler({ secretArn, graceMs, ports, log }: RotationHandlerOptions) {
  return async (event: unknown): Promise<void> => {
    try {
      log(await handle(event));
    } catch (error) {
      const told = error instanceof RotationError ? error.message : 'the rotation failed';
      log({ step: stepOf(event), outcome: 'failed', message: told });
      throw error;
    }
  };

  async function handle(event: unknown): Promise<Readonly<Record<string, string>>> {
    const fields = typeof event === 'object' && event !== null ? (event as Record<string, unknown>) : {};
    if (fields['revokeOldPassword'] === true)
      return { step: 'revokeOldPassword', outcome: await revokeOldPassword(graceMs, ports) };
    const { Step: step, SecretId: id, ClientRequestToken: version } = fields;
    if (typeof step !== 'string' || !secretSteps.includes(step))
      throw new TypeError('The event names no step of a rotation: only Secrets Manager is to call this.');
    if (id !== secretArn) throw new TypeError('The event is about another secret than the one rotated here.');
    if (typeof version !== 'string' || !/^[A-Za-z0-9-]{32,64}$/.test(version))
      throw new TypeError('The event names no version of the secret.');
    await runStep(step as SecretStep, version, ports);
    return { step, outcome: 'done' };
  }
}

function stepOf(event: unknown): string {
  const step = (event as { Step?: unknown } | null)?.Step;
  return typeof step === 'string' && secretSteps.includes(step) ? step : 'revokeOldPassword';
}
