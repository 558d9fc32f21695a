import type { Socket } from 'node:net';
import { certificateFinding, HandshakeError, shakeHands } from '../../shared/checks/certificate.ts';
import type { CheckValue } from '../../shared/checks/check-log.ts';
import { CheckFailedError } from '../../shared/checks/finding.ts';
import type { CheckOptions } from '../check-context.ts';
import { noReply, rejectedBeforeAuth } from '../no-answer.ts';
import { isPrivateHost } from '../private-host.ts';
import type { Target } from '../settings/settings-check.ts';
import { RedisConnection, RedisReplyError } from '../wire/link.ts';
import { openPort } from './dns-and-tcp.ts';
import { handshakeFailed, notEncrypted, plainPort, tlsPort } from './tls-findings.ts';

/** A silent handshake is looked into before all of the patience is gone. */
const handshakeWithinMs = 2000;

/** Whether both sides agree on TLS, and the server is who it should be; ends with a first answer of Redis. */
export async function agreeOnEncryption(
  target: Target,
  socket: Socket,
  options: CheckOptions,
): Promise<CheckValue<RedisConnection>> {
  const { server } = target;
  if (!server.tls) {
    const link = new RedisConnection(socket, target.secrets);
    await greet(link, target, options);
    const findings = isPrivateHost(server.host) ? [] : [notEncrypted(target)];
    return { detail: 'plain text, as the address says', value: link, findings };
  }
  const secure = await secured(target, socket, options);
  const link = new RedisConnection(secure, target.secrets);
  await greet(link, target, options);
  return { detail: `${secure.getProtocol() ?? 'TLS'}, the certificate names ${server.host}`, value: link };
}

async function secured({ server }: Target, socket: Socket, options: CheckOptions) {
  const { host } = server;
  try {
    const secure = await shakeHands({
      socket,
      host,
      trust: options.trust,
      timeoutMs: Math.min(options.timeoutMs, handshakeWithinMs),
    });
    const fault = certificateFinding(secure, host);
    if (fault === undefined) return secure;
    secure.destroy();
    throw new CheckFailedError(fault);
  } catch (error) {
    if (!(error instanceof HandshakeError)) throw error;
    if (await acceptsPlainText(server, options)) throw new CheckFailedError(plainPort(server.port));
    throw new CheckFailedError(handshakeFailed(error.code));
  }
}

/** The first words: a server that cannot be talked to is told apart from one that wants a password. */
async function greet(link: RedisConnection, { server }: Target, options: CheckOptions): Promise<void> {
  try {
    await link.ask(options.timeoutMs, 'PING');
  } catch (error) {
    if (error instanceof RedisReplyError) {
      const fault = rejectedBeforeAuth(error);
      if (fault !== undefined) throw new CheckFailedError(fault);
      return;
    }
    if (!server.tls && (await acceptsTls(server, options))) throw new CheckFailedError(tlsPort(server.port));
    throw new CheckFailedError(noReply(error));
  }
}

async function acceptsPlainText(
  address: { host: string; port: number },
  options: CheckOptions,
): Promise<boolean> {
  const timeoutMs = Math.min(options.timeoutMs, handshakeWithinMs);
  let link: RedisConnection | undefined;
  try {
    link = new RedisConnection(await openPort(address, timeoutMs), []);
    await link.ask(timeoutMs, 'PING');
    return true;
  } catch (error) {
    return error instanceof RedisReplyError;
  } finally {
    link?.close();
  }
}

async function acceptsTls(address: { host: string; port: number }, options: CheckOptions): Promise<boolean> {
  const timeoutMs = Math.min(options.timeoutMs, handshakeWithinMs);
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
    if (error instanceof HandshakeError || error instanceof CheckFailedError) return false;
    throw error;
  } finally {
    socket?.destroy();
  }
}
