import type { RotatedSecret } from '@bookedbarber/redis-login/rotation';
import type { InterruptibleWait } from '../provision/stacks/waiting.ts';
import { nameOf, onAws } from '../shared/aws/aws-failure.ts';
import type { openSecretsManager } from '../shared/aws/clients.ts';
import { Failure } from '../shared/user-error.ts';

export type RotationRequest = {
  client: Awaited<ReturnType<typeof openSecretsManager>>;
  secret: RotatedSecret;
  id: string;
  waiting: InterruptibleWait;
  nowMs: () => number;
};

const pollIntervalMs = 5000;
/** The rotation function has 15 minutes per step and is retried after a failure. */
const rotationTimeoutMs = 40 * 60_000;

/** Starts a rotation by Secrets Manager and waits until it completes. Throws Failure after 40 minutes. */
export async function requestRotation({
  client,
  secret,
  id,
  waiting,
  nowMs,
}: RotationRequest): Promise<void> {
  const version = await begin();
  const deadlineMs = nowMs() + rotationTimeoutMs;
  while ((await secret.labels()).get('AWSCURRENT') !== version) {
    if (nowMs() > deadlineMs)
      throw new Failure(
        'rotation_unfinished',
        'Secrets Manager did not finish the rotation within 40 minutes.',
        {
          remediation:
            'The old password still works. The log of the rotation function shows which step fails and why. Fix the cause, and repeat the command.',
        },
      );
    await waiting.pause(pollIntervalMs);
  }

  /** Starts a rotation. If one is in progress, the service rejects the request and retries it; returns its version. */
  async function begin(): Promise<string> {
    try {
      const { VersionId: version = '' } = await client.rotateSecret({
        SecretId: id,
        RotateImmediately: true,
      });
      return version;
    } catch (error) {
      const pending =
        nameOf(error) === 'InvalidRequestException' ? (await secret.labels()).get('AWSPENDING') : undefined;
      if (pending !== undefined && pending !== (await secret.labels()).get('AWSCURRENT')) return pending;
      return await onAws('Rotating the secret (secretsmanager:RotateSecret)', () => Promise.reject(error));
    }
  }
}
