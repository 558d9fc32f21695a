/** The password of the mail server is sent over TLS only, to a server whose certificate is trusted. */
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterEach, describe, expect, test } from 'vitest';
import { createSmtpTransport } from '../../../apps/server/src/notifications/mail/smtp-transport.ts';
import { createAuthority } from '../../support/certificates.ts';
import { testMail } from '../../support/jobs/test-mail.ts';

const password = 'the-password-of-the-mail-server';
const certificate = createAuthority('Unknown authority').issue({ hosts: ['127.0.0.1'] });

type Kind = 'plain' | 'starttls' | 'smtps';
let server: SMTPServer;
/** The passwords that the server received, and whether the connection was encrypted. */
let logins: { password: string | null | undefined; encrypted: boolean }[];
/** Everything that the server received before TLS. */
let plainText: string;

/** Starts an SMTP server that requires a login, and returns its host and port. */
async function startServer(kind: Kind): Promise<string> {
  logins = [];
  plainText = '';
  server = new SMTPServer({
    secure: kind === 'smtps',
    ...(kind === 'plain' ? { disabledCommands: ['STARTTLS'] } : {}),
    key: certificate.key,
    cert: certificate.certificate,
    allowInsecureAuth: true,
    closeTimeout: 1,
    logger: false,
    onAuth(auth, session, callback) {
      logins.push({ password: auth.password, encrypted: session.secure });
      callback(null, { user: auth.username });
    },
    onData(stream, _session, callback) {
      stream.resume().on('end', () => callback());
    },
  });
  server.on('error', () => {});
  server.server.on('connection', (socket: Socket) => {
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      plainText += bytes.toString('latin1');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  return `127.0.0.1:${(server.server.address() as AddressInfo).port}`;
}

afterEach(() => new Promise<void>((resolve) => server.close(() => resolve())));

async function send(kind: Kind, url: (address: string) => string) {
  let begun = 0;
  const transport = createSmtpTransport(url(await startServer(kind)));
  const result = await transport.send(testMail, {
    signal: new AbortController().signal,
    async begin() {
      begun += 1;
    },
  });
  return { result, begun };
}

describe('the password is not sent, and neither is the mail,', () => {
  test.each<[string, Kind, (address: string) => string]>([
    ['to a server without STARTTLS', 'plain', (address) => `smtp://shop:${password}@${address}`],
    [
      'to a server without STARTTLS, whatever requireTLS says',
      'plain',
      (address) => `smtp://shop:${password}@${address}?requireTLS=false`,
    ],
    [
      'to a server without STARTTLS when TLS is opportunistic',
      'plain',
      (address) => `smtp://shop:${password}@${address}?opportunisticTLS=true`,
    ],
    ['to a plain server at an smtps:// address', 'plain', (address) => `smtps://shop:${password}@${address}`],
    [
      'after STARTTLS to an untrusted certificate',
      'starttls',
      (address) => `smtp://shop:${password}@${address}`,
    ],
    [
      'over smtps:// to an untrusted certificate',
      'smtps',
      (address) => `smtps://shop:${password}@${address}`,
    ],
  ])('%s', async (_case, kind, url) => {
    const { result, begun } = await send(kind, url);
    expect([result.kind, begun, logins]).toEqual(['not-sent', 0, []]);
    expect(plainText).not.toMatch(/AUTH|MAIL FROM/);
    expect(JSON.stringify(result)).not.toContain(password);
  });

  test('to a server without STARTTLS when requireTLS is set, also without a password', async () => {
    const { result } = await send('plain', (address) => `smtp://${address}?requireTLS=true`);
    expect(result.kind).toBe('not-sent');
    expect(plainText).not.toContain('MAIL FROM');
  });
});

describe('the password is sent', () => {
  test('after STARTTLS', async () => {
    const url = (address: string) => `smtp://shop:${password}@${address}?tls.rejectUnauthorized=false`;
    expect(await send('starttls', url)).toEqual({ result: { kind: 'sent' }, begun: 1 });
    expect(logins).toEqual([{ password, encrypted: true }]);
    expect(plainText).not.toContain('AUTH');
  });

  test('over plain text only with ?ignoreTLS=true', async () => {
    const url = (address: string) => `smtp://shop:${password}@${address}?ignoreTLS=true`;
    expect(await send('plain', url)).toEqual({ result: { kind: 'sent' }, begun: 1 });
    expect(logins).toEqual([{ password, encrypted: false }]);
  });
});
