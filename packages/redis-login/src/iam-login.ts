import type { Login } from '@bookedbarber/redis-tier/connection';
import type { LoginSource } from '@bookedbarber/redis-tier/settings';
import type { AwsCredentialIdentityProvider } from '@smithy/types';
import { CredentialsError } from './credentials-error.ts';
import { iamToken } from './iam-token.ts';

export type IamSource = Extract<LoginSource, { kind: 'iam' }>;

/** Returns a function that signs an IAM token for the user with the AWS credentials of this process. */
export function iamLogin(
  source: IamSource,
  customProvider?: AwsCredentialIdentityProvider,
  nowMs: () => number = Date.now,
): () => Promise<Login> {
  let provider: Promise<AwsCredentialIdentityProvider> | undefined;
  return async () => {
    provider ??= customProvider === undefined ? findCredentials() : Promise.resolve(customProvider);
    const credentials = await provider;
    try {
      const password = await iamToken({ ...source, credentials, at: new Date(nowMs()) });
      return { username: source.user, password };
    } catch (error) {
      const name = error instanceof Error ? error.name : 'error';
      throw new CredentialsError(
        `The IAM token for Redis cannot be signed (${name}): this process has no AWS credentials. Give its task, instance or ` +
          'profile a role that allows elasticache:Connect.',
        { cause: error },
      );
    }
  };
}

/** Imported on demand. The library caches credentials and refreshes expired ones. */
async function findCredentials(): Promise<AwsCredentialIdentityProvider> {
  const { defaultProvider } = await import('@aws-sdk/credential-provider-node');
  return defaultProvider();
}
