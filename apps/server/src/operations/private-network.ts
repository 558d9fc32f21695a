import { readAddress, readNetworks } from '@bookedbarber/redis-tier/limits';
import type { FastifyRequest } from 'fastify';

/** Loopback addresses and networks that are not routed on the Internet (RFC 1918, RFC 4193, link-local addresses). */
const privateNetworks = readNetworks([
  '127.0.0.0/8',
  '::1/128',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  'fc00::/7',
  'fe80::/10',
]);

const forwardingHeaders = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'];

/**
 * Whether a request comes from this machine or a private network, and not through a proxy: a proxy has a private
 * address for every client on the Internet.
 */
export function isPrivateNetwork(request: Pick<FastifyRequest, 'headers' | 'raw'>): boolean {
  if (forwardingHeaders.some((name) => request.headers[name] !== undefined)) return false;
  const address = readAddress(request.raw.socket.remoteAddress ?? '');
  return address !== null && privateNetworks.has(address);
}
