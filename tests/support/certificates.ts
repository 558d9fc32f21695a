import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';

/** A certificate authority for tests. */
export type Authority = {
  /** Its certificate, in PEM. */
  readonly certificate: string;
  /** Issues a certificate for these hosts (names or IPv4 addresses). Returns certificate and key in PEM. */
  issue(options: CertificateOptions): { certificate: string; key: string };
};

export type CertificateOptions = { hosts: readonly string[]; validFrom?: Date; validTo?: Date };

const dayMs = 86_400_000;

/**
 * Creates certificates without an external program or package: X.509 version 3 (RFC 5280) in DER (X.690), signed with
 * ECDSA over P-256 and SHA-256 (RFC 5758).
 */
export function createAuthority(name: string): Authority {
  const own = newKey();
  const certificate = pem(
    signed({ subject: name, issuer: name, of: own.publicKey, by: own.privateKey, isAuthority: true }),
  );
  return {
    certificate,
    issue({ hosts, validFrom, validTo }) {
      const key = newKey();
      const subject = hosts[0] ?? '';
      const details = { subject, issuer: name, of: key.publicKey, by: own.privateKey, hosts };
      return {
        certificate: pem(
          signed({ ...details, ...(validFrom && { validFrom }), ...(validTo && { validTo }) }),
        ),
        key: key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      };
    },
  };
}

const newKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });

type Content = {
  subject: string;
  issuer: string;
  of: KeyObject;
  by: KeyObject;
  isAuthority?: boolean;
  hosts?: readonly string[];
  validFrom?: Date;
  validTo?: Date;
};

/** Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signatureValue } */
function signed(content: Content): Buffer {
  const body = toBeSigned(content);
  const signature = sign('sha256', body, content.by);
  return sequence(body, ecdsaWithSha256, tagged(0x03, Buffer.from([0]), signature));
}

function toBeSigned({ subject, issuer, of, isAuthority = false, hosts = [], ...validity }: Content): Buffer {
  const { validFrom = new Date(Date.now() - dayMs), validTo = new Date(Date.now() + 30 * dayMs) } = validity;
  const extensions = [
    ...(isAuthority ? [extension('551d13', sequence(tagged(0x01, Buffer.from([0xff]))))] : []),
    ...(hosts.length > 0 ? [extension('551d11', sequence(...hosts.map(hostName)))] : []),
  ];
  return sequence(
    tagged(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ecdsaWithSha256,
    commonName(issuer),
    sequence(time(validFrom), time(validTo)),
    commonName(subject),
    of.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(...extensions)),
  );
}

/** GeneralName: [2] dNSName or [7] iPAddress. */
function hostName(host: string): Buffer {
  return isIPv4(host)
    ? tagged(0x87, Buffer.from(host.split('.').map(Number)))
    : tagged(0x82, Buffer.from(host));
}

function extension(oid: string, value: Buffer): Buffer {
  return sequence(objectId(oid), tagged(0x04, value));
}

function commonName(name: string): Buffer {
  return sequence(tagged(0x31, sequence(objectId('550403'), tagged(0x0c, Buffer.from(name)))));
}

/** UTCTime: YYMMDDHHMMSSZ, until 2049. */
function time(date: Date): Buffer {
  return tagged(
    0x17,
    Buffer.from(
      `${date
        .toISOString()
        .slice(2)
        .replace(/[-:T]|\.\d+Z$/g, '')}Z`,
    ),
  );
}

const ecdsaWithSha256 = sequence(objectId('2a8648ce3d040302'));

function objectId(hex: string): Buffer {
  return tagged(0x06, Buffer.from(hex, 'hex'));
}

function integer(value: Buffer): Buffer {
  return tagged(0x02, value);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(0x30, ...parts);
}

/** Tag, length, value. */
function tagged(tag: number, ...parts: readonly Buffer[]): Buffer {
  const value = Buffer.concat(parts);
  const { length } = value;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), value]);
}

function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
