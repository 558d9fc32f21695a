import type { Socket } from 'node:net';
import { certificateFault, HandshakeFailed, shakeHands } from '../../shared/checks/certificate.ts';
import type { Seen } from '../../shared/checks/check-log.ts';
import { CheckFailed } from '../../shared/checks/finding.ts';
import type { Manner } from '../check-context.ts';
import { noAnswer, refusedFromTheStart } from '../no-answer.ts';
import { isPrivateHost } from '../private-host.ts';
import type { Target } from '../settings/settings-check.ts';
import { RedisLink, Refused } from '../wire/link.ts';
import { openPort } from './dns-and-tcp.ts';
import { handshakeFailed, notEncrypted, plainPort, tlsPort } from './tls-findings.ts';

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
