import type { Finding } from '../shared/checks/finding.ts';
import { ConnectionBrokenError, notRedis, type RedisReplyError, ReplyTimeoutError } from './wire/link.ts';

/** The finding for a missing reply at any step. Rethrows errors that are not about the connection. */
export function noReply(error: unknown): Omit<Finding, 'severity'> {
  if (error instanceof ReplyTimeoutError) {
    return {
      code: 'server_not_responding',
      message: `The connection is open, but the server did not reply within ${error.waitedMs / 1000} s.`,
      cause: 'The server is frozen or busy with a slow command, or a proxy accepts connections in its place.',
      remediation:
        'Check EngineCPUUtilization and the slow log, and try again. If that fails, fail over to a replica.',
    };
  }
  if (!(error instanceof ConnectionBrokenError)) throw error;
  if (/CERTIFICATE_REQUIRED/.test(error.reason)) {
    return {
      code: 'client_certificate_required',
      message: 'The server requires a client certificate.',
      cause: 'The server is self-hosted and has tls-auth-clients yes, the default.',
      remediation:
        'Set tls-auth-clients no on the server: clients authenticate with a password. ElastiCache never requires a client certificate.',
    };
  }
  return {
    code: error.reason === notRedis ? 'not_redis' : 'connection_lost',
    message:
      error.reason === notRedis
        ? 'The server is not Redis or Valkey.'
        : `The connection was closed (${error.reason}).`,
    cause: 'Another service uses this port, or a proxy does not support the Redis protocol.',
    remediation: 'Check host and port in REDIS_URL, and any proxy between this machine and the server.',
  };
}

/** The finding for an error reply to the first command; undefined when only the login is missing. */
export function rejectedBeforeAuth({ code, text }: RedisReplyError): Omit<Finding, 'severity'> | undefined {
  if (/max number of clients/.test(text)) {
    return {
      code: 'connections_used_up',
      message: 'The server accepts no more connections.',
      cause: 'All maxclients connections are in use: connections leak, or the pools are too large.',
      remediation:
        'Find the processes that hold them (CLIENT LIST), and lower REDIS_MAX_CONNECTIONS. Then consider a larger node.',
    };
  }
  if (code === 'DENIED') {
    return {
      code: 'protected_mode',
      message: 'The server accepts connections only from its own machine (protected mode).',
      cause: 'The server is self-hosted and has no password.',
      remediation: 'Set a password on the server (requirepass or an ACL), and set REDIS_PASSWORD.',
    };
  }
  if (code === 'LOADING') {
    return {
      code: 'server_loading',
      message: 'The server is still loading its data.',
      cause: 'It was restarted, or a node was replaced.',
      remediation: 'Try again in a minute.',
    };
  }
  return undefined;
}
