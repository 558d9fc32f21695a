import type { RedisServer } from './connect.ts';

/**
 * The server of a redis:// or rediss:// address, with user, password and database number where the address has them.
 * Throws TypeError for an address that is none of these; the message does not repeat it, since it may hold a password.
 */
export function toServer(address: string): RedisServer {
  if (!URL.canParse(address)) throw new TypeError('A Redis address looks like redis://host:6379');
  const { protocol, hostname, port, username, password, pathname } = new URL(address);
  if (protocol !== 'redis:' && protocol !== 'rediss:') {
    throw new TypeError('A Redis address begins with redis:// or rediss://');
  }
  const database = pathname.replace(/^\//, '');
  if (!/^\d{0,5}$/.test(database))
    throw new TypeError('A Redis address ends with a database number, such as /0');
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
