import type { Socket } from 'node:net';
import { certificateFinding, HandshakeError, shakeHands } from '../../shared/checks/certificate.ts';
import type { CheckValue } from '../../shared/checks/check-log.ts';
import { CheckFailedError } from '../../shared/checks/finding.ts';
import type { CheckOptions } from '../check-context.ts';
import { noReply, rejectedBeforeAuth } from '../no-reply.ts';
import { isPrivateHost } from '../private-host.ts';
import type { Target } from '../settings/settings-check.ts';
import { RedisConnection, RedisReplyError } from '../wire/link.ts';
import { openPort } from './dns-and-tcp.ts';
import { handshakeFailed, notEncrypted, plainPort, tlsPort } from './tls-findings.ts';

/** Shorter than the step timeout, so that time remains to find out why the handshake fails. */
const handshakeWithinMs = 2000;

/** Opens TLS if the URL requires it, verifies the certificate, and sends a first PING. */
export async function agreeOnEncryption(
  target: Target,
  socket: Socket,
  options: CheckOptions,
): Promise<CheckValue<RedisConnection>> {
  const { server } = target;
  if (!server.tls) {
    const link = new RedisConnection(socket, target.secrets);
    await sendPing(link, target, options);
    const findings = isPrivateHost(server.host) ? [] : [notEncrypted(target)];
    return { detail: 'plain text, as set in the URL', value: link, findings };
  }
  const secure = await openTls(target, socket, options);
  const link = new RedisConnection(secure, target.secrets);
  await sendPing(link, target, options);
  return {
    detail: `${secure.getProtocol() ?? 'TLS'}, the certificate is valid for ${server.host}`,
    value: link,
  };
}

async function openTls({ server }: Target, socket: Socket, options: CheckOptions) {
  const { host } = server;
  try {
    const secure = await shakeHands({
      socket,
      host,
      trust: options.trust,
      timeoutMs: Math.min(options.timeoutMs, handshakeWithinMs),
    });
    const finding = certificateFinding(secure, host);
    if (finding === undefined) return secure;
    secure.destroy();
    throw new CheckFailedError(finding);
  } catch (error) {
    if (!(error instanceof HandshakeError)) throw error;
    if (await acceptsPlainText(server, options)) throw new CheckFailedError(plainPort(server.port));
    throw new CheckFailedError(handshakeFailed(error.code));
  }
}

/** Sends PING. An error reply such as NOAUTH is fine here; a server that cannot be used is not. */
async function sendPing(link: RedisConnection, { server }: Target, options: CheckOptions): Promise<void> {
  try {
    await link.send(options.timeoutMs, 'PING');
  } catch (error) {
    if (error instanceof RedisReplyError) {
      const finding = rejectedBeforeAuth(error);
      if (finding !== undefined) throw new CheckFailedError(finding);
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
    await link.send(timeoutMs, 'PING');
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
