import type { SecretsManager } from '@aws-sdk/client-secrets-manager';
import type { Login } from '@bookedbarber/redis-tier/connection';
import { CredentialsError } from './login-error.ts';
import { parseSecret } from './secret-text.ts';

/** Longest time for one question, in ms, with its attempts. */
const requestTimeoutMs = 20_000;

/** What an error of Secrets Manager means, and its mend; by its name. */
const meanings: Readonly<Record<string, string>> = {
  ResourceNotFoundException:
    'there is no such secret in this region and account: correct its name, or give its whole ARN',
  AccessDeniedException:
    'this process is not allowed to read it: its role wants secretsmanager:GetSecretValue, and kms:Decrypt where the secret has a key of its own',
  DecryptionFailure: 'its key refuses: the role of this process wants kms:Decrypt of it',
  InvalidRequestException: 'it is about to be deleted, or was: restore it',
  CredentialsProviderError:
    'this process has no credentials of AWS: give its task, its machine or its profile a role',
  ThrottlingException: 'it is asked too often at the moment: it is tried again by itself',
};

/** A function that reads the present version of a secret in AWS Secrets Manager, by its name or ARN. */
export function secretLogin(id: string, username: string | null): () => Promise<Login> {
  let opening: Promise<SecretsManager> | undefined;
  return async () => {
    opening ??= open(id);
    const text = await read(await opening, id);
    const login = parseSecret(text ?? '', username);
    if (login === null) {
      throw new CredentialsError(
        'The secret with the password of Redis holds none: it wants the password alone, or JSON with "password" and, where there is one, "username".',
      );
    }
    return login;
  };
}

/** The library is loaded by those who need it alone. Of an ARN the region is known; else it is that of the process. */
async function open(id: string): Promise<SecretsManager> {
  const { SecretsManager } = await import('@aws-sdk/client-secrets-manager');
  const region = /^arn:[^:]+:secretsmanager:([^:]+):/.exec(id)?.[1];
  return new SecretsManager({ maxAttempts: 3, ...(region === undefined ? {} : { region }) });
}

async function read(client: SecretsManager, id: string): Promise<string | undefined> {
  try {
    const answer = await client.getSecretValue(
      { SecretId: id },
      { abortSignal: AbortSignal.timeout(requestTimeoutMs) },
    );
    return answer.SecretString;
  } catch (error) {
    const name = error instanceof Error ? error.name : 'error';
    const meaning = meanings[name] ?? 'look at the network of this process, and at AWS_REGION';
    throw new CredentialsError(
      `The secret with the password of Redis cannot be read (${name}): ${meaning}.`,
      {
        cause: error,
      },
    );
  }
}
