import { Failure } from '../user-error.ts';

const permissions = 'docs/reference/aws-permissions.md lists the permissions of each command.';

/** Known AWS errors by name, each with its meaning and remediation. */
const known: readonly { names: RegExp; code: string; meaning: string; remediation: string }[] = [
  {
    names: /^CredentialsProviderError$/,
    code: 'aws_credentials_missing',
    meaning: 'no AWS credentials were found',
    remediation: 'Sign in with `aws configure` or `aws sso login`, and set AWS_PROFILE to the profile.',
  },
  {
    names: /^(ExpiredToken|ExpiredTokenException|RequestExpired)$/,
    code: 'aws_credentials_expired',
    meaning: 'the AWS credentials have expired',
    remediation: 'Sign in again, for example with `aws sso login`, and repeat the command.',
  },
  {
    names: /^(InvalidClientTokenId|UnrecognizedClientException|SignatureDoesNotMatch|InvalidAccessKeyId)$/,
    code: 'aws_credentials_wrong',
    meaning: 'AWS rejected the credentials',
    remediation: 'Check AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
  },
  {
    names: /^(AccessDenied|AccessDeniedException|UnauthorizedOperation)$/,
    code: 'aws_access_denied',
    meaning: 'access is denied',
    remediation: permissions,
  },
  {
    names: /^(Throttling|ThrottlingException|RequestLimitExceeded|TooManyRequestsException)$/,
    code: 'aws_throttled',
    meaning: 'AWS throttles the requests',
    remediation: 'Repeat the command in a minute.',
  },
];

const networkCodes = /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/;

/**
 * Runs a call to AWS. `what` names it for the error, as in "Reading metrics (cloudwatch:GetMetricData)". Throws Failure
 * with the reason and the remediation.
 */
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
    return new Failure(found.code, `${what} failed: ${found.meaning}.`, {
      details: found.code === 'aws_access_denied' ? [messageOf(error)] : [],
      remediation: found.remediation,
      cause: error,
    });
  if (isNetworkError(error))
    return new Failure('aws_unreachable', `${what} failed: AWS cannot be reached from this machine.`, {
      remediation: 'Check the network, any proxy, and AWS_ENDPOINT_URL if it is set.',
      cause: error,
    });
  return new Failure('aws_refused', `${what} failed: ${messageOf(error)}`, {
    remediation: `${name === '' ? '' : `The AWS error is ${name}. `}${permissions}`,
    cause: error,
  });
}

/** The SDK passes socket errors through unchanged; those of several addresses come as one AggregateError. */
function isNetworkError(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, errors } = error as { code?: unknown; errors?: unknown };
  if (typeof code === 'string' && networkCodes.test(code)) return true;
  return (Array.isArray(errors) && errors.some(isNetworkError)) || nameOf(error) === 'TimeoutError';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
