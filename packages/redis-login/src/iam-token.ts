import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import type { AwsCredentialIdentityProvider, SourceData } from '@smithy/types';

export type IamTokenOptions = {
  /** The ElastiCache user, whose id and name must be the same. */
  user: string;
  /** The name of the replication group or the serverless cache. */
  cache: string;
  region: string;
  serverless: boolean;
  credentials: AwsCredentialIdentityProvider;
  at: Date;
};

/** Validity of a token, in seconds. */
const validSeconds = 900;

/**
 * Returns an ElastiCache IAM authentication token: the SigV4-presigned URL of a connect request, without the
 * protocol. It is valid for 15 minutes; ElastiCache closes a connection 12 hours after its last authentication.
 * Source: ElastiCache user guide, "Authenticating with IAM".
 */
export async function iamToken({
  user,
  cache,
  region,
  serverless,
  credentials,
  at,
}: IamTokenOptions): Promise<string> {
  const { SignatureV4 } = await import('@smithy/signature-v4');
  const signer = new SignatureV4({ service: 'elasticache', region, credentials, sha256: NodeSha256 });
  const { query = {} } = await signer.presign(
    {
      method: 'GET',
      protocol: 'https:',
      hostname: cache,
      path: '/',
      headers: { host: cache },
      query: {
        Action: 'connect',
        User: user,
        ...(serverless ? { ResourceType: 'ServerlessCache' } : {}),
      },
    },
    { expiresIn: validSeconds, signingDate: at },
  );
  const text = Object.entries(query).map(([name, value]) => `${escapeUri(name)}=${escapeUri(String(value))}`);
  return `${cache}/?${text.join('&')}`;
}

/** Percent-encodes everything except letters, digits, `-`, `.`, `_` and `~`, as SigV4 requires. */
function escapeUri(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Node's SHA-256 with the interface that the signer requires. */
class NodeSha256 {
  readonly #secret: SourceData | undefined;
  #hash: Hash | Hmac;

  constructor(secret?: SourceData) {
    this.#secret = secret;
    this.#hash = newHash(secret);
  }

  update(data: Uint8Array): void {
    this.#hash.update(data);
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }

  reset(): void {
    this.#hash = newHash(this.#secret);
  }
}

function newHash(secret: SourceData | undefined): Hash | Hmac {
  if (secret === undefined) return createHash('sha256');
  if (typeof secret === 'string') return createHmac('sha256', secret);
  const bytes = ArrayBuffer.isView(secret)
    ? new Uint8Array(secret.buffer, secret.byteOffset, secret.byteLength)
    : new Uint8Array(secret);
  return createHmac('sha256', bytes);
}
