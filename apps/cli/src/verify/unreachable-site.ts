import type { Finding } from '../shared/checks/finding.ts';

/** The finding for a failed connection. `code` is the error code of the socket, or a description. */
export function unreachableSite(url: URL, code = 'unknown'): Omit<Finding, 'severity'> {
  const { origin } = url;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return {
      code: 'name_not_found',
      message: `The host name ${url.hostname} cannot be resolved.`,
      cause: 'The name is misspelled, or its DNS record is missing or not propagated yet.',
      remediation: 'Check the URL and the DNS record that points to the load balancer.',
    };
  }
  if (code === 'ECONNREFUSED') {
    return {
      code: 'connection_refused',
      message: `No server is listening at ${origin}.`,
      cause: 'The server or the load balancer is not running, or listens on another port.',
      remediation: 'Check the log of the server: at startup it lists all missing and invalid settings.',
    };
  }
  if (code === 'ETIMEDOUT') {
    return {
      code: 'no_answer',
      message: `${origin} did not respond in time.`,
      cause:
        'A security group blocks the connection, the load balancer has no healthy target, or the server hangs.',
      remediation:
        'Check the inbound rule of the load balancer (TCP 443) and the health of its targets (/readyz).',
    };
  }
  if (code.startsWith('TLS ')) {
    return {
      code: 'tls_failed',
      message: `The TLS handshake with ${origin} failed (${code.slice('TLS '.length)}).`,
      cause: 'The port uses plain text, or supports only TLS versions before 1.2.',
      remediation: 'Check the scheme and the port of the URL, and the security policy of the load balancer.',
    };
  }
  return {
    code: 'connection_lost',
    message: `The connection to ${origin} failed (${code}).`,
    cause: 'The server stopped during the request, or the service at this port does not use HTTP.',
    remediation: 'Check the URL and the log of the server, and try again.',
  };
}
