import { isIP } from 'node:net';

/** True for this machine and for a name without a dot, as containers have one: nothing leaves a network of its own. */
export function isPrivateHost(host: string): boolean {
  if (isIP(host) === 0) return !host.includes('.') || host.endsWith('.localhost');
  return host === '::1' || host.startsWith('127.');
}
