import { isIP } from 'node:net';

/**
 * True for a loopback host, and for a name without a dot, such as that of a container: traffic stays on a private
 * network.
 */
export function isPrivateHost(host: string): boolean {
  if (isIP(host) === 0) return !host.includes('.') || host.endsWith('.localhost');
  return host === '::1' || host.startsWith('127.');
}
