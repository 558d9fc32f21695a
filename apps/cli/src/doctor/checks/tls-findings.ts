import type { Finding } from '../../shared/checks/finding.ts';
import type { Target } from '../settings/settings-check.ts';

export function tlsPort(port: number): Omit<Finding, 'severity'> {
  return {
    code: 'plain_text_to_tls_port',
    message: `Port ${port} wants TLS, but the address says plain text.`,
    cause: 'Encryption in transit is on (the guide turns it on), and REDIS_URL begins with redis://.',
    remediation: 'Write rediss:// in REDIS_URL, and REDIS_SSL=true where it is set.',
  };
}

export function plainPort(port: number): Omit<Finding, 'severity'> {
  return {
    code: 'tls_to_plain_text_port',
    message: `Port ${port} speaks plain text, but the address says TLS.`,
    cause: 'Encryption in transit is off on the server, and REDIS_URL begins with rediss://.',
    remediation:
      'Turn encryption in transit on: on ElastiCache when the cluster is made; AUTH wants it too. Only on a laptop write redis:// instead.',
  };
}

export function handshakeFailed(code: string): Omit<Finding, 'severity'> {
  return {
    code: 'tls_failed',
    message: `The two sides could not agree on TLS (${code}).`,
    cause:
      'The port belongs to another service, or the server speaks an older TLS than 1.2, or no TLS at all.',
    remediation: 'Check host and port of REDIS_URL. ElastiCache speaks TLS 1.2 and 1.3.',
  };
}

export function notEncrypted({ server }: Target): Finding {
  return {
    code: 'not_encrypted',
    severity: 'warning',
    message: `${server.password === null ? 'What is cached' : 'The password'} travels in plain text to ${server.host}.`,
    cause: 'The address begins with redis://.',
    remediation: 'Turn encryption in transit on, and write rediss:// in REDIS_URL.',
  };
}
