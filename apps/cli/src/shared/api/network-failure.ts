import { Failure } from '../user-error.ts';

/** The error code of a failed fetch: TIMEOUT for an exceeded timeout, else the code of the underlying error, if any. */
export function errorCodeOf(error: unknown): string | undefined {
  if (error instanceof DOMException && error.name === 'TimeoutError') return 'TIMEOUT';
  const cause = error instanceof Error ? error.cause : undefined;
  if (typeof cause !== 'object' || cause === null || !('code' in cause)) return undefined;
  return typeof cause.code === 'string' ? cause.code : undefined;
}

/** Describes why the server cannot be reached and how to fix it. */
export function networkFailure(url: URL, error: unknown): Failure {
  const code = errorCodeOf(error);
  const { message, remediation } = explain(url, code);
  return new Failure('server_unreachable', message, { remediation, cause: error });
}

function explain(url: URL, code: string | undefined): { message: string; remediation: string } {
  const where = url.origin;
  if (code === 'ECONNREFUSED') {
    return {
      message: `No server is listening at ${where}.`,
      remediation:
        'Start the server (`npm start` in the project folder), or set --url or BOOKEDBARBER_URL to another one.',
    };
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return {
      message: `The host name ${url.hostname} cannot be resolved.`,
      remediation: 'Check the spelling of the URL, and the DNS settings of this machine.',
    };
  }
  if (code?.includes('CERT') || code?.includes('TLS') || code?.includes('SSL') || code?.includes('SIGNED')) {
    return {
      message: `The certificate of ${where} is not trusted (${code}).`,
      remediation:
        'Check the host name in the URL. For a private CA, set NODE_EXTRA_CA_CERTS to the file with its certificate.',
    };
  }
  if (code === 'TIMEOUT' || code?.includes('TIMEOUT') || code === 'ETIMEDOUT') {
    return {
      message: `The request to ${where} timed out.`,
      remediation: 'Check the log of the server and the network.',
    };
  }
  return {
    message: `The connection to ${where} failed${code === undefined ? '' : ` (${code})`}.`,
    remediation: 'Check that a BookedBarber server is running there, and try again.',
  };
}
