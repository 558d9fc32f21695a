import type { Socket } from 'node:net';
import { certificateFault, HandshakeFailed, shakeHands } from '../checks/certificate.ts';
import type { Seen } from '../checks/check-log.ts';
import { CheckFailed, type Finding } from '../checks/finding.ts';
import type { Manner } from './examination.ts';
import { isPrivateHost } from './private-host.ts';
import { openPort } from './reach.ts';
import type { Target } from './settings-check.ts';
import { LinkBroken, LinkSilent, RedisLink, Refused } from './wire/link.ts';

/** A silent handshake is looked into before all of the patience is gone. */
const handshakeWithinMs = 2000;

/** Whether both sides agree on TLS, and the server is who it should be; ends with a first answer of Redis. */
export async function agreeOnEncryption(
  target: Target,
  socket: Socket,
  manner: Manner,
): Promise<Seen<RedisLink>> {
  const { server } = target;
  if (!server.tls) {
    const link = new RedisLink(socket, target.secrets);
    await greet(link, target, manner);
    const findings = isPrivateHost(server.host) ? [] : [notEncrypted(target)];
    return { detail: 'plain text, as the address says', value: link, findings };
  }
  const secure = await secured(target, socket, manner);
  const link = new RedisLink(secure, target.secrets);
  await greet(link, target, manner);
  return { detail: `${secure.getProtocol() ?? 'TLS'}, the certificate names ${server.host}`, value: link };
}

async function secured({ server }: Target, socket: Socket, manner: Manner) {
  const { host } = server;
  try {
    const secure = await shakeHands({
      socket,
      host,
      trust: manner.trust,
      timeoutMs: Math.min(manner.timeoutMs, handshakeWithinMs),
    });
    const fault = certificateFault(secure, host);
    if (fault === undefined) return secure;
    secure.destroy();
    throw new CheckFailed(fault);
  } catch (error) {
    if (!(error instanceof HandshakeFailed)) throw error;
    if (await answersPlainText(server, manner)) throw new CheckFailed(plainPort(server.port));
    throw new CheckFailed(handshakeFailed(error.code));
  }
}

/** The first words: a server that cannot be talked to is told apart from one that wants a password. */
async function greet(link: RedisLink, { server }: Target, manner: Manner): Promise<void> {
  try {
    await link.ask(manner.timeoutMs, 'PING');
  } catch (error) {
    if (error instanceof Refused) {
      const fault = refusedFromTheStart(error);
      if (fault !== undefined) throw new CheckFailed(fault);
      return;
    }
    if (!server.tls && (await answersTls(server, manner))) throw new CheckFailed(tlsPort(server.port));
    throw new CheckFailed(noAnswer(error));
  }
}

async function answersPlainText(address: { host: string; port: number }, manner: Manner): Promise<boolean> {
  const timeoutMs = Math.min(manner.timeoutMs, handshakeWithinMs);
  let link: RedisLink | undefined;
  try {
    link = new RedisLink(await openPort(address, timeoutMs), []);
    await link.ask(timeoutMs, 'PING');
    return true;
  } catch (error) {
    return error instanceof Refused;
  } finally {
    link?.close();
  }
}

async function answersTls(address: { host: string; port: number }, manner: Manner): Promise<boolean> {
  const timeoutMs = Math.min(manner.timeoutMs, handshakeWithinMs);
  let socket: Socket | undefined;
  try {
    socket = await openPort(address, timeoutMs);
    const secure = await shakeHands({
      socket,
      host: address.host,
      trust: undefined,
      timeoutMs,
    });
    secure.destroy();
    return true;
  } catch (error) {
    if (error instanceof HandshakeFailed || error instanceof CheckFailed) return false;
    throw error;
  } finally {
    socket?.destroy();
  }
}

function refusedFromTheStart({ code, text }: Refused): Omit<Finding, 'severity'> | undefined {
  if (/max number of clients/.test(text)) {
    return {
      code: 'connections_used_up',
      message: 'The server takes no more connections.',
      cause: 'All of its maxclients are taken: a leak of connections, or pools that are too large for it.',
      mend: 'Look for the processes that hold them (CLIENT LIST), lower REDIS_MAX_CONNECTIONS, then think of a larger node.',
    };
  }
  if (code === 'DENIED') {
    return {
      code: 'protected_mode',
      message: 'The server talks to its own machine alone (protected mode).',
      cause: 'It is a Redis of your own without a password.',
      mend: 'Give it a password (requirepass, or an ACL) and set REDIS_PASSWORD.',
    };
  }
  if (code === 'LOADING') {
    return {
      code: 'server_loading',
      message: 'The server is still loading its data.',
      cause: 'It was restarted, or a node was replaced.',
      mend: 'Try again in a minute.',
    };
  }
  return undefined;
}

/** What it means that no answer came, wherever in the conversation. */
export function noAnswer(error: unknown): Omit<Finding, 'severity'> {
  if (error instanceof LinkSilent) {
    return {
      code: 'server_silent',
      message: `The connection is open, but no answer came within ${error.waitedMs / 1000} s.`,
      cause:
        'The server is frozen or busy with one long command, or something in between takes connections for it.',
      mend: 'Look at EngineCPUUtilization and the slow log; try again; then fail over to a replica.',
    };
  }
  if (!(error instanceof LinkBroken)) throw error;
  if (/CERTIFICATE_REQUIRED/.test(error.reason)) {
    return {
      code: 'client_certificate_wanted',
      message: 'The server wants a certificate of the client.',
      cause: 'It is a Redis of your own with tls-auth-clients yes, which is its default.',
      mend: 'Set tls-auth-clients no on it: clients show who they are by their password. ElastiCache never asks for one.',
    };
  }
  return {
    code: error.reason === 'no answer of Redis' ? 'not_redis' : 'connection_lost',
    message:
      error.reason === 'no answer of Redis'
        ? 'What answers is no Redis and no Valkey.'
        : `The server ended the connection (${error.reason}).`,
    cause: 'Another service has this port, or a proxy in between that does not know the protocol of Redis.',
    mend: 'Check host and port of REDIS_URL, and what stands between this machine and the server.',
  };
}

function tlsPort(port: number): Omit<Finding, 'severity'> {
  return {
    code: 'plain_text_to_tls_port',
    message: `Port ${port} wants TLS, but the address says plain text.`,
    cause: 'Encryption in transit is on (the guide turns it on), and REDIS_URL begins with redis://.',
    mend: 'Write rediss:// in REDIS_URL, and REDIS_SSL=true where it is set.',
  };
}

function plainPort(port: number): Omit<Finding, 'severity'> {
  return {
    code: 'tls_to_plain_text_port',
    message: `Port ${port} speaks plain text, but the address says TLS.`,
    cause: 'Encryption in transit is off on the server, and REDIS_URL begins with rediss://.',
    mend: 'Turn encryption in transit on: on ElastiCache when the cluster is made; AUTH wants it too. Only on a laptop write redis:// instead.',
  };
}

function handshakeFailed(code: string): Omit<Finding, 'severity'> {
  return {
    code: 'tls_failed',
    message: `The two sides could not agree on TLS (${code}).`,
    cause:
      'The port belongs to another service, or the server speaks an older TLS than 1.2, or no TLS at all.',
    mend: 'Check host and port of REDIS_URL. ElastiCache speaks TLS 1.2 and 1.3.',
  };
}

function notEncrypted({ server }: Target): Finding {
  return {
    code: 'not_encrypted',
    severity: 'warning',
    message: `${server.password === null ? 'What is cached' : 'The password'} travels in plain text to ${server.host}.`,
    cause: 'The address begins with redis://.',
    mend: 'Turn encryption in transit on, and write rediss:// in REDIS_URL.',
  };
}
