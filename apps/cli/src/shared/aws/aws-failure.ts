import { Failure } from '../user-error.ts';

const permissions = 'docs/reference/aws-permissions.md lists what each verb needs.';

/** By the name of an error of AWS: what it means, and what to do. */
const known: readonly { names: RegExp; code: string; meaning: string; remediation: string }[] = [
  {
    names: /^CredentialsProviderError$/,
    code: 'aws_credentials_missing',
    meaning: 'there are no credentials of AWS',
    remediation: 'Sign in with `aws configure` or `aws sso login`, and name the profile in AWS_PROFILE.',
  },
  {
    names: /^(ExpiredToken|ExpiredTokenException|RequestExpired)$/,
    code: 'aws_credentials_expired',
    meaning: 'the credentials of AWS have expired',
    remediation: 'Sign in again, such as with `aws sso login`, and repeat the command.',
  },
  {
    names: /^(InvalidClientTokenId|UnrecognizedClientException|SignatureDoesNotMatch|InvalidAccessKeyId)$/,
    code: 'aws_credentials_wrong',
    meaning: 'AWS does not take these credentials',
    remediation: 'Look at AWS_PROFILE, or at AWS_ACCESS_KEY_ID and the secret that belongs to it.',
  },
  {
    names: /^(AccessDenied|AccessDeniedException|UnauthorizedOperation)$/,
    code: 'aws_access_denied',
    meaning: 'these credentials are not allowed to',
    remediation: permissions,
  },
  {
    names: /^(Throttling|ThrottlingException|RequestLimitExceeded|TooManyRequestsException)$/,
    code: 'aws_throttled',
    meaning: 'AWS takes no more requests at the moment',
    remediation: 'Repeat the command in a minute.',
  },
];

const networkCodes = /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/;

/** Does something with AWS. Throws Failure that says what could not be done, why, and what to do about it. */
export async function onAws<T>(what: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw error instanceof Failure ? error : awsFailure(what, error);
  }
}

export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

function awsFailure(what: string, error: unknown): Failure {
  const name = nameOf(error);
  const found = known.find(({ names }) => names.test(name));
  if (found !== undefined)
    return new Failure(found.code, `${what} is not possible: ${found.meaning}.`, {
      details: found.code === 'aws_access_denied' ? [messageOf(error)] : [],
      remediation: found.remediation,
      cause: error,
    });
  if (isOfNetwork(error))
    return new Failure('aws_unreachable', `${what} is not possible: AWS is not reached from here.`, {
      remediation: 'Look at the network, at a proxy, and at AWS_ENDPOINT_URL where it is set.',
      cause: error,
    });
  return new Failure('aws_refused', `${what} is not possible: ${messageOf(error)}`, {
    remediation: `AWS calls it ${name === '' ? 'an error' : name}. ${permissions}`,
    cause: error,
  });
}

/** The SDK hands on errors of sockets as they are, and those of several addresses as one of many. */
function isOfNetwork(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, errors } = error as { code?: unknown; errors?: unknown };
  if (typeof code === 'string' && networkCodes.test(code)) return true;
  return (Array.isArray(errors) && errors.some(isOfNetwork)) || nameOf(error) === 'TimeoutError';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
