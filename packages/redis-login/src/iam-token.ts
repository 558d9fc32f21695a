import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import type { AwsCredentialIdentityProvider, SourceData } from '@smithy/types';

export type IamTokenOptions = {
  /** The user of ElastiCache, whose id and name are the same. */
  user: string;
  /** The name of the replication group or the serverless cache. */
  cache: string;
  region: string;
  serverless: boolean;
  credentials: AwsCredentialIdentityProvider;
  at: Date;
};

/** For so long ElastiCache takes a token, in seconds. */
const validSeconds = 900;

/**
 * A token with which ElastiCache lets a user of IAM in: the address of a request to connect, signed (SigV4) and without its
 * protocol. It is good for 15 minutes; a connection lives for 12 hours after its last login.
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

/** As SigV4 wants it: all but letters, digits, `-`, `.`, `_` and `~`. */
function escapeUri(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** SHA-256 of Node in the form that the signer wants. */
class NodeSha256 {
  readonly #secret: SourceData | undefined;
  #hash: Hash | Hmac;

  constructor(secret?: SourceData) {
    this.#secret = secret;
    this.#hash = begin(secret);
  }

  update(data: Uint8Array): void {
    this.#hash.update(data);
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }

  reset(): void {
    this.#hash = begin(this.#secret);
  }
}

function begin(secret: SourceData | undefined): Hash | Hmac {
  if (secret === undefined) return createHash('sha256');
  if (typeof secret === 'string') return createHmac('sha256', secret);
  const bytes = ArrayBuffer.isView(secret)
    ? new Uint8Array(secret.buffer, secret.byteOffset, secret.byteLength)
    : new Uint8Array(secret);
  return createHmac('sha256', bytes);
}
