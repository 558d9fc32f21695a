import type { SecretsManager } from '@aws-sdk/client-secrets-manager';
import type { RotatedSecret, VersionLabel } from './ports.ts';

/** An AWS Secrets Manager secret, by ARN or name. */
export function awsSecret(client: SecretsManager, id: string): RotatedSecret {
  return {
    async labels() {
      const { VersionIdsToStages: versions = {} } = await client.describeSecret({ SecretId: id });
      return new Map(
        Object.entries(versions).flatMap(([version, labels]) =>
          labels.map((label) => [label as VersionLabel, version] as const),
        ),
      );
    },
    async changedAtMs() {
      const { LastChangedDate: changed } = await client.describeSecret({ SecretId: id });
      return changed?.getTime() ?? Date.now();
    },
    async text(version) {
      try {
        const response = await client.getSecretValue({ SecretId: id, VersionId: version });
        return response.SecretString ?? null;
      } catch (error) {
        if (error instanceof Error && error.name === 'ResourceNotFoundException') return null;
        throw error;
      }
    },
    async put(version, text) {
      await client.putSecretValue({
        SecretId: id,
        ClientRequestToken: version,
        SecretString: text,
        VersionStages: ['AWSPENDING'],
      });
    },
    async move(label, to, from) {
      await client.updateSecretVersionStage({
        SecretId: id,
        VersionStage: label,
        MoveToVersionId: to,
        ...(from === undefined || from === to ? {} : { RemoveFromVersionId: from }),
      });
    },
  };
}
