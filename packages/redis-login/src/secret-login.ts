import type { SecretsManager } from '@aws-sdk/client-secrets-manager';
import type { Login } from '@bookedbarber/redis-tier/connection';
import { CredentialsError } from './credentials-error.ts';
import { parseSecret } from './secret-text.ts';

/** Timeout of one read, including retries, in ms. */
const requestTimeoutMs = 20_000;

/** Meaning and fix of Secrets Manager errors, by name. */
const meanings: Readonly<Record<string, string>> = {
  ResourceNotFoundException:
    'the secret does not exist in this region and account. Correct its name, or use its full ARN',
  AccessDeniedException:
    'this process has no permission to read it. Allow its role secretsmanager:GetSecretValue, and kms:Decrypt if the secret has a customer managed key',
  DecryptionFailure:
    'decryption was denied. Allow the role of this process kms:Decrypt on the key of the secret',
  InvalidRequestException: 'it is scheduled for deletion or deleted. Restore it',
  CredentialsProviderError: 'this process has no AWS credentials. Give its task, instance or profile a role',
  ThrottlingException: 'the request rate is too high. The read is retried automatically',
};

/** Returns a function that reads the current version of a secret in AWS Secrets Manager, by name or ARN. */
export function secretLogin(id: string, username: string | null): () => Promise<Login> {
  let client: Promise<SecretsManager> | undefined;
  return async () => {
    client ??= open(id);
    const text = await read(await client, id);
    const login = parseSecret(text ?? '', username);
    if (login === null) {
      throw new CredentialsError(
        'The Redis secret has no password. It must contain only the password, or JSON with "password" and optionally "username".',
      );
    }
    return login;
  };
}

/** Imported on demand. The region is that of the ARN, or else that of the process. */
async function open(id: string): Promise<SecretsManager> {
  const { SecretsManager } = await import('@aws-sdk/client-secrets-manager');
  const region = /^arn:[^:]+:secretsmanager:([^:]+):/.exec(id)?.[1];
  return new SecretsManager({ maxAttempts: 3, ...(region === undefined ? {} : { region }) });
}

async function read(client: SecretsManager, id: string): Promise<string | undefined> {
  try {
    const response = await client.getSecretValue(
      { SecretId: id },
      { abortSignal: AbortSignal.timeout(requestTimeoutMs) },
    );
    return response.SecretString;
  } catch (error) {
    const name = error instanceof Error ? error.name : 'error';
    const meaning = meanings[name] ?? 'check the network of this process and AWS_REGION';
    throw new CredentialsError(`The Redis secret cannot be read (${name}): ${meaning}.`, {
      cause: error,
    });
  }
}
