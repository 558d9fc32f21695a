import type { Finding } from '../shared/checks/finding.ts';

/** What it means that a site cannot be talked to; `code` is that of the socket, or says it in words. */
export function unreachableSite(url: URL, code = 'unknown'): Omit<Finding, 'severity'> {
  const where = url.origin;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return {
      code: 'name_not_found',
      message: `There is no host named ${url.hostname}.`,
      cause: 'The name is misspelt, or its DNS record is missing or not known everywhere yet.',
      remediation: 'Check the address, and the record that points to the load balancer.',
    };
  }
  if (code === 'ECONNREFUSED') {
    return {
      code: 'connection_refused',
      message: `Nothing listens at ${where}.`,
      cause: 'The server or the load balancer does not run, or listens on another port.',
      remediation:
        'Look at the log of the server: what is missing in its environment is said there, all at once.',
    };
  }
  if (code === 'ETIMEDOUT') {
    return {
      code: 'no_answer',
      message: `${where} does not answer in time.`,
      cause:
        'A security group lets nobody in, or the load balancer has no healthy target, or the server is frozen.',
      remediation:
        'Check the inbound rule of the load balancer (TCP 443) and the health of its targets (/readyz).',
    };
  }
  if (code.startsWith('TLS ')) {
    return {
      code: 'tls_failed',
      message: `${where} does not agree on TLS (${code.slice('TLS '.length)}).`,
      cause: 'The port speaks plain text, or only a TLS older than 1.2.',
      remediation: 'Check scheme and port of the address, and the security policy of the load balancer.',
    };
  }
  return {
    code: 'connection_lost',
    message: `The connection to ${where} broke (${code}).`,
    cause: 'The server ended in the middle, or what answers does not speak HTTP.',
    remediation: 'Check the address and look at the log of the server, then try again.',
  };
}
