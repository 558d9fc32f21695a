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
/** Its function has fifteen minutes for a step, and is called again when one failed. */
const finishedWithinMs = 40 * 60_000;

/** Has Secrets Manager rotate with its function, and waits for the end. */
export async function requestRotation({
  client,
  secret,
  id,
  waiting,
  nowMs,
}: RotationRequest): Promise<void> {
  const version = await begin();
  const endMs = nowMs() + finishedWithinMs;
  while ((await secret.labels()).get('AWSCURRENT') !== version) {
    if (nowMs() > endMs)
      throw new Failure(
        'rotation_unfinished',
        'Secrets Manager has begun the rotation and not ended it within 40 minutes.',
        {
          remediation:
            'The old password works, and the server takes it until the end. The log of the rotation function says which step fails and why; when that is mended, repeat the command.',
        },
      );
    await waiting.pause(pollIntervalMs);
  }

  /** One that was begun before is begun again by the service itself, which then says so as a refusal. */
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
