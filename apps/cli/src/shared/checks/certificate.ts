import { isIP, type Socket } from 'node:net';
import { connect, createSecureContext, rootCertificates, type SecureContext, type TLSSocket } from 'node:tls';
import type { Finding } from './finding.ts';

/** A handshake that did not come about. `code` is that of TLS or of the socket; TIMEOUT when nothing came in time. */
export class HandshakeError extends Error {
  override readonly name = 'HandshakeError';
  readonly code: string;

  constructor(code: string) {
    super(`the TLS handshake failed (${code})`);
    this.code = code;
  }
}

/** Whom to believe; undefined: the authorities that Node believes. */
export type TrustedCertificates = SecureContext | undefined;

/** The authorities that Node believes, and one more, in PEM. It takes some time: make it once. */
export function trustIn(certificate: string | undefined): TrustedCertificates {
  return certificate === undefined
    ? undefined
    : createSecureContext({ ca: [...rootCertificates, certificate] });
}

export type Handshake = {
  socket: Socket;
  /** Name that the certificate has to have. */
  host: string;
  trust: TrustedCertificates;
  timeoutMs: number;
};

/**
 * A TLS handshake that always comes to its end, so that a certificate that is not accepted can be told of. Whether it was
 * stands in `authorized` and `authorizationError`: **nothing may be written before `authorized` is true.**
 *
 * Throws HandshakeError.
 */
export function shakeHands({ socket, host, trust, timeoutMs }: Handshake): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const secure = connect({
      socket,
      host,
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ...(trust === undefined ? {} : { secureContext: trust }),
      rejectUnauthorized: false,
    });
    const fail = (code: string): void => {
      clearTimeout(timer);
      secure.on('error', () => {});
      secure.destroy();
      reject(new HandshakeError(code));
    };
    const timer = setTimeout(() => fail('TIMEOUT'), timeoutMs);
    const onClose = (): void => fail('ECONNRESET');
    secure.once('error', (error: NodeJS.ErrnoException) => fail(error.code ?? 'unknown'));
    secure.once('close', onClose);
    secure.once('secureConnect', () => {
      clearTimeout(timer);
      secure.off('close', onClose);
      secure.on('error', () => {});
      resolve(secure);
    });
  });
}

/** Why the certificate is not accepted, or undefined when it is. */
export function certificateFinding(secure: TLSSocket, host: string): Omit<Finding, 'severity'> | undefined {
  if (secure.authorized) return undefined;
  const code = String(secure.authorizationError);
  const { subjectaltname = '', valid_from = '', valid_to = '', issuer } = secure.getPeerCertificate();
  const names = subjectaltname.slice(0, 200) || 'none';
  switch (code) {
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return {
        code: 'certificate_wrong_name',
        message: `The certificate belongs to another host than ${host}; its names: ${names}.`,
        cause:
          'The address is an IP address, an alias of your own (CNAME), or that of a tunnel, where the certificate names the host itself.',
        remediation:
          'Use the name that the certificate has: on ElastiCache the endpoint as the console shows it, never a node address or an alias.',
      };
    case 'CERT_HAS_EXPIRED':
      return {
        code: 'certificate_expired',
        message: `The certificate expired on ${valid_to}.`,
        cause: 'Nobody renewed it, or the clock of this machine is ahead.',
        remediation:
          'Renew the certificate on the server (ElastiCache does so by itself), and compare the clock of this machine.',
      };
    case 'CERT_NOT_YET_VALID':
      return {
        code: 'certificate_not_yet_valid',
        message: `The certificate is valid from ${valid_from} on.`,
        cause: 'The clock of this machine is behind, or the certificate was made for later.',
        remediation: 'Set the clock of this machine by NTP; else have the certificate made anew.',
      };
    default:
      return {
        code: 'certificate_not_trusted',
        message: `The certificate is not trusted (${code}); its issuer: ${issuerName(issuer)}.`,
        cause:
          'It was signed by itself or by an authority that this machine does not know, or somebody stands in between.',
        remediation:
          'For an authority of your own: NODE_EXTRA_CA_CERTS=/path/ca.pem for the server, --ca-file for this command. ElastiCache certificates come from Amazon and are trusted as they are: there, look at who answers.',
      };
  }
}

function issuerName(issuer: { CN?: string | string[]; O?: string | string[] } | undefined): string {
  return String(issuer?.CN ?? issuer?.O ?? 'unknown').slice(0, 100);
}
