import type { RedisServer } from './connect.ts';

/** Schemes, and whether each means TLS. */
const schemes = new Map([
  ['redis:', false],
  ['rediss:', true],
  ['valkey:', false],
  ['valkeys:', true],
]);

/** What other clients accept. */
const unsupported: readonly [pattern: RegExp, reason: string][] = [
  [
    /^(\/|(redis\+|valkey\+)?(unix|socket):)/i,
    'A Unix socket has no Redis URL. Fix: pass a client of ioredis with the option path',
  ],
  [
    /^(redis[+-]|rediss[+-]|valkey[+-])?sentinel:/i,
    'Sentinels have no Redis URL. Fix: pass a client of ioredis with the option sentinels',
  ],
];

/**
 * Parses a redis://, rediss://, valkey:// or valkeys:// URL, including user, password and database number where present.
 *
 * @throws TypeError for any other text; the message does not repeat the text, which may contain a password
 */
export function parseRedisUrl(url: string): RedisServer {
  for (const [pattern, reason] of unsupported) if (pattern.test(url)) throw new TypeError(reason);
  if (!URL.canParse(url)) throw new TypeError('A Redis URL must look like redis://host:6379');
  const { protocol, hostname, port, username, password, pathname, searchParams, hash } = new URL(url);
  const tls = schemes.get(protocol);
  if (tls === undefined)
    throw new TypeError('A Redis URL must begin with redis://, rediss://, valkey:// or valkeys://');
  if (hostname === '') throw new TypeError('A Redis URL must have a host');
  const [parameter] = searchParams.keys();
  if (parameter !== undefined)
    throw new TypeError(
      `A Redis URL has no parameters, such as ${JSON.stringify(parameter)}. For TLS write rediss://, for a database /0 after the port`,
    );
  if (hash !== '') throw new TypeError('A Redis URL has no fragment. Write a # in a password as %23');
  const database = pathname.replace(/^\//, '');
  if (!/^\d{0,5}$/.test(database))
    throw new TypeError('A Redis URL may only have a database number after the port, such as /0');
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? 6379 : Number(port),
    tls,
    username: username === '' ? null : decode(username),
    password: password === '' ? null : decode(password),
    database: Number(database),
    connectTimeoutMs: 20_000,
    keepAlive: true,
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new TypeError(
      'A Redis URL has a % in its credentials that is no escape. Write a percent sign as %25',
    );
  }
}
