import type { Finding } from '../../shared/checks/finding.ts';
import type { Target } from '../settings/settings-check.ts';

export function tlsPort(port: number): Omit<Finding, 'severity'> {
  return {
    code: 'plain_text_to_tls_port',
    message: `Port ${port} requires TLS, but the URL is for plain text.`,
    cause: 'Encryption in transit is on, as in the guide, and REDIS_URL begins with redis://.',
    remediation: 'Use rediss:// in REDIS_URL. If REDIS_SSL is set, set it to true.',
  };
}

export function plainPort(port: number): Omit<Finding, 'severity'> {
  return {
    code: 'tls_to_plain_text_port',
    message: `Port ${port} is plain text, but the URL requires TLS.`,
    cause: 'Encryption in transit is off on the server, and REDIS_URL begins with rediss://.',
    remediation:
      'Turn on encryption in transit. On ElastiCache, choose it when you create the cluster; AUTH requires it. For local development, use redis:// instead.',
  };
}

export function handshakeFailed(code: string): Omit<Finding, 'severity'> {
  return {
    code: 'tls_failed',
    message: `The TLS handshake failed (${code}).`,
    cause: 'The port belongs to another service, or the server does not support TLS 1.2 or later.',
    remediation: 'Check host and port in REDIS_URL. ElastiCache supports TLS 1.2 and 1.3.',
  };
}

export function notEncrypted({ server }: Target): Finding {
  return {
    code: 'not_encrypted',
    severity: 'warning',
    message: `${server.password === null ? 'Cached data is' : 'The password is'} sent to ${server.host} in plain text.`,
    cause: 'The URL begins with redis://.',
    remediation: 'Turn on encryption in transit, and use rediss:// in REDIS_URL.',
  };
}
