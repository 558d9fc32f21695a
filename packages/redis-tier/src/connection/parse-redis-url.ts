import type { RedisServer } from './connect.ts';

/**
 * Parses a redis:// or rediss:// URL, including user, password and database number where present.
 *
 * @throws TypeError for any other text; the message does not repeat the text, which may contain a password
 */
export function parseRedisUrl(url: string): RedisServer {
  if (!URL.canParse(url)) throw new TypeError('A Redis URL must look like redis://host:6379');
  const { protocol, hostname, port, username, password, pathname } = new URL(url);
  if (protocol !== 'redis:' && protocol !== 'rediss:') {
    throw new TypeError('A Redis URL must begin with redis:// or rediss://');
  }
  const database = pathname.replace(/^\//, '');
  if (!/^\d{0,5}$/.test(database))
    throw new TypeError('A Redis URL may only have a database number after the port, such as /0');
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? 6379 : Number(port),
    tls: protocol === 'rediss:',
    username: username === '' ? null : decodeURIComponent(username),
    password: password === '' ? null : decodeURIComponent(password),
    database: Number(database),
    connectTimeoutMs: 20_000,
    keepAlive: true,
  };
}
