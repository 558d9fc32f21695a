import type { Login } from '@bookedbarber/redis-tier/connection';
import type { LoginSource } from '@bookedbarber/redis-tier/settings';
import type { AwsCredentialIdentityProvider } from '@smithy/types';
import { iamToken } from './iam-token.ts';
import { CredentialsError } from './login-error.ts';

export type IamSource = Extract<LoginSource, { kind: 'iam' }>;

/** A function that signs a token for the user of IAM with the credentials of this process. */
export function iamLogin(
  source: IamSource,
  given?: AwsCredentialIdentityProvider,
  nowMs: () => number = Date.now,
): () => Promise<Login> {
  let finding: Promise<AwsCredentialIdentityProvider> | undefined;
  return async () => {
    finding ??= given === undefined ? findCredentials() : Promise.resolve(given);
    const credentials = await finding;
    try {
      const password = await iamToken({ ...source, credentials, at: new Date(nowMs()) });
      return { username: source.user, password };
    } catch (error) {
      const name = error instanceof Error ? error.name : 'error';
      throw new CredentialsError(
        `The token of IAM for Redis cannot be signed (${name}): this process has no credentials of AWS; give its task, its ` +
          'machine or its profile a role that may elasticache:Connect.',
        { cause: error },
      );
    }
  };
}

/** The library is loaded by those who need it alone. It keeps credentials, and renews those that end. */
async function findCredentials(): Promise<AwsCredentialIdentityProvider> {
  const { defaultProvider } = await import('@aws-sdk/credential-provider-node');
  return defaultProvider();
}
