import { type Address, readAddress } from './address.ts';
import type { Networks } from './networks.ts';

/** Maximum proxies of one request. */
const maxHops = 16;

/**
 * The client of a request: the nearest address that is not a trusted proxy. Every proxy appends the address of its
 * peer to X-Forwarded-For, so the list is read from its end, and entries before the first untrusted address are not
 * reliable. For an untrusted peer, X-Forwarded-For is ignored.
 */
export function clientAddress(
  peer: string | undefined,
  forwardedFor: string | undefined,
  trusted: Networks,
): Address | null {
  let address = peer === undefined ? null : readAddress(peer);
  const entries = forwardedFor === undefined ? [] : forwardedFor.split(',');
  for (let hops = 0; hops < maxHops && address !== null && trusted.has(address); hops++) {
    const next = entries.pop();
    const before = next === undefined ? null : readAddress(next);
    if (before === null) break;
    address = before;
  }
  return address;
}
