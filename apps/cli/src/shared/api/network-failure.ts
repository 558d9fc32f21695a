import { Failure } from '../user-error.ts';

/** The code of a failed fetch: TIMEOUT for a deadline, else that of the underlying error where there is one. */
export function errorCodeOf(error: unknown): string | undefined {
  if (error instanceof DOMException && error.name === 'TimeoutError') return 'TIMEOUT';
  const cause = error instanceof Error ? error.cause : undefined;
  if (typeof cause !== 'object' || cause === null || !('code' in cause)) return undefined;
  return typeof cause.code === 'string' ? cause.code : undefined;
}

/** What a person can do about a server that cannot be reached. */
export function networkFailure(url: URL, error: unknown): Failure {
  const code = errorCodeOf(error);
  const { message, remediation } = explain(url, code);
  return new Failure('server_unreachable', message, { remediation, cause: error });
}

function explain(url: URL, code: string | undefined): { message: string; remediation: string } {
  const where = url.origin;
  if (code === 'ECONNREFUSED') {
    return {
      message: `Nothing answers at ${where}.`,
      remediation:
        'Start the server (`npm start` in the project folder), or name another one with --url or BOOKEDBARBER_URL.',
    };
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return {
      message: `The name ${url.hostname} cannot be resolved.`,
      remediation: 'Check the spelling of --url, and the network.',
    };
  }
  if (code?.includes('CERT') || code?.includes('TLS') || code?.includes('SSL') || code?.includes('SIGNED')) {
    return {
      message: `The certificate of ${where} is not trusted (${code}).`,
      remediation:
        'Check the name in --url; for a private authority set NODE_EXTRA_CA_CERTS to its certificate.',
    };
  }
  if (code === 'TIMEOUT' || code?.includes('TIMEOUT') || code === 'ETIMEDOUT') {
    return {
      message: `${where} did not answer in time.`,
      remediation: 'Look at the log of the server and at the network.',
    };
  }
  return {
    message: `The connection to ${where} broke${code === undefined ? '' : ` (${code})`}.`,
    remediation: 'Check that a BookedBarber server answers there, and try again.',
  };
}
