import { type Address, readAddress } from './address.ts';
import type { Networks } from './networks.ts';

/** Most proxies that one request is followed through. */
const maxHops = 16;

/**
 * Whose request this is: the nearest address that no trusted proxy has. Every proxy adds the address that it was called
 * from at the end of X-Forwarded-For, so the list is read from its end, and what stands before the first untrusted
 * address is only what somebody says. A peer that is not trusted is taken by its own address, whatever it says.
 */
export function clientAddress(
  peer: string | undefined,
  forwardedFor: string | undefined,
  trusted: Networks,
): Address | null {
  let address = peer === undefined ? null : readAddress(peer);
  const said = forwardedFor === undefined ? [] : forwardedFor.split(',');
  for (let hops = 0; hops < maxHops && address !== null && trusted.has(address); hops++) {
    const next = said.pop();
    const before = next === undefined ? null : readAddress(next);
    if (before === null) break;
    address = before;
  }
  return address;
}
