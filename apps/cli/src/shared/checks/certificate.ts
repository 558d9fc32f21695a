import { isIP, type Socket } from 'node:net';
import { connect, createSecureContext, rootCertificates, type SecureContext, type TLSSocket } from 'node:tls';
import type { Finding } from './finding.ts';

/** A failed TLS handshake. `code` is that of the TLS or socket error, or TIMEOUT. */
export class HandshakeError extends Error {
  override readonly name = 'HandshakeError';
  readonly code: string;

  constructor(code: string) {
    super(`the TLS handshake failed (${code})`);
    this.code = code;
  }
}

/** The trusted CA certificates; undefined for those of Node. */
export type TrustedCertificates = SecureContext | undefined;

/** Trusts the CAs of Node and one more, in PEM. Creating the context is slow: create it once. */
export function trustIn(certificate: string | undefined): TrustedCertificates {
  return certificate === undefined
    ? undefined
    : createSecureContext({ ca: [...rootCertificates, certificate] });
}

export type Handshake = {
  socket: Socket;
  /** Host name that the certificate must contain. */
  host: string;
  trust: TrustedCertificates;
  timeoutMs: number;
};

/**
 * Performs a TLS handshake and completes it even when the certificate is not trusted, so that the certificate can be
 * reported. **Write nothing to the socket unless its `authorized` is true**; `authorizationError` holds the reason.
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

/** The finding for an untrusted certificate, or undefined when it is trusted. */
export function certificateFinding(secure: TLSSocket, host: string): Omit<Finding, 'severity'> | undefined {
  if (secure.authorized) return undefined;
  const code = String(secure.authorizationError);
  const { subjectaltname = '', valid_from = '', valid_to = '', issuer } = secure.getPeerCertificate();
  const names = subjectaltname.slice(0, 200) || 'none';
  switch (code) {
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return {
        code: 'certificate_wrong_name',
        message: `The certificate is not valid for ${host}; its names: ${names}.`,
        cause:
          'The host is an IP address, a CNAME alias or a tunnel, but the certificate contains only the real host name.',
        remediation:
          'Use a host name from the certificate. On ElastiCache, use the endpoint shown in the console, never a node address or an alias.',
      };
    case 'CERT_HAS_EXPIRED':
      return {
        code: 'certificate_expired',
        message: `The certificate expired on ${valid_to}.`,
        cause: 'The certificate was not renewed, or the clock of this machine is fast.',
        remediation:
          'Renew the certificate on the server (ElastiCache renews its own), and check the clock of this machine.',
      };
    case 'CERT_NOT_YET_VALID':
      return {
        code: 'certificate_not_yet_valid',
        message: `The certificate is not valid before ${valid_from}.`,
        cause: 'The clock of this machine is slow, or the certificate was issued with a later start date.',
        remediation:
          'Synchronize the clock of this machine with NTP. If it is right, have the certificate reissued.',
      };
    default:
      return {
        code: 'certificate_not_trusted',
        message: `The certificate is not trusted (${code}); its issuer: ${issuerName(issuer)}.`,
        cause:
          'The certificate is self-signed, its CA is unknown to this machine, or the connection is being intercepted.',
        remediation:
          'For a private CA, set NODE_EXTRA_CA_CERTS=/path/ca.pem for the server and --ca-file for this command. ElastiCache certificates come from Amazon and need neither: there, check which host responds.',
      };
  }
}

function issuerName(issuer: { CN?: string | string[]; O?: string | string[] } | undefined): string {
  return String(issuer?.CN ?? issuer?.O ?? 'unknown').slice(0, 100);
}
