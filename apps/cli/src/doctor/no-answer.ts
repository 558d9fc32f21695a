import type { Finding } from '../shared/checks/finding.ts';
import { ConnectionBrokenError, type RedisReplyError, ReplyTimeoutError } from './wire/link.ts';

/** What it means that no answer came, wherever in the conversation. */
export function noReply(error: unknown): Omit<Finding, 'severity'> {
  if (error instanceof ReplyTimeoutError) {
    return {
      code: 'server_not_responding',
      message: `The connection is open, but no answer came within ${error.waitedMs / 1000} s.`,
      cause:
        'The server is frozen or busy with one long command, or something in between takes connections for it.',
      remediation: 'Look at EngineCPUUtilization and the slow log; try again; then fail over to a replica.',
    };
  }
  if (!(error instanceof ConnectionBrokenError)) throw error;
  if (/CERTIFICATE_REQUIRED/.test(error.reason)) {
    return {
      code: 'client_certificate_required',
      message: 'The server wants a certificate of the client.',
      cause: 'It is a Redis of your own with tls-auth-clients yes, which is its default.',
      remediation:
        'Set tls-auth-clients no on it: clients show who they are by their password. ElastiCache never asks for one.',
    };
  }
  return {
    code: error.reason === 'no answer of Redis' ? 'not_redis' : 'connection_lost',
    message:
      error.reason === 'no answer of Redis'
        ? 'What answers is no Redis and no Valkey.'
        : `The server ended the connection (${error.reason}).`,
    cause: 'Another service has this port, or a proxy in between that does not know the protocol of Redis.',
    remediation: 'Check host and port of REDIS_URL, and what stands between this machine and the server.',
  };
}

/** What it means that the very first words are refused; undefined when it is the login that is missing. */
export function rejectedBeforeAuth({ code, text }: RedisReplyError): Omit<Finding, 'severity'> | undefined {
  if (/max number of clients/.test(text)) {
    return {
      code: 'connections_used_up',
      message: 'The server takes no more connections.',
      cause: 'All of its maxclients are taken: a leak of connections, or pools that are too large for it.',
      remediation:
        'Look for the processes that hold them (CLIENT LIST), lower REDIS_MAX_CONNECTIONS, then think of a larger node.',
    };
  }
  if (code === 'DENIED') {
    return {
      code: 'protected_mode',
      message: 'The server talks to its own machine alone (protected mode).',
      cause: 'It is a Redis of your own without a password.',
      remediation: 'Give it a password (requirepass, or an ACL) and set REDIS_PASSWORD.',
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
