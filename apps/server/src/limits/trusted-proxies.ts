import { BlockList } from 'node:net';
import { type Address, readAddress } from './address.ts';

export type TrustedProxies = {
  has(address: Address): boolean;
};

/** Reads addresses and networks (10.0.0.0/8, fd00::/8). Throws RangeError that names the entry which is neither. */
export function readTrustedProxies(entries: readonly string[]): TrustedProxies {
  const list = new BlockList();
  for (const entry of entries) addTo(list, entry);
  return { has: ({ text, family }) => list.check(text, family) };
}

function addTo(list: BlockList, entry: string): void {
  const [written = '', prefix, ...rest] = entry.split('/');
  const address = readAddress(written);
  const bits = address?.family === 'ipv4' ? 32 : 128;
  // A network of IPv4 addresses that are written as IPv6 counts its 96 bits of ::ffff: too.
  const length =
    prefix === undefined ? bits : Number(prefix) - (bits === 32 && written.includes(':') ? 96 : 0);
  const isNumber = prefix === undefined || /^\d{1,3}$/.test(prefix);
  if (address === null || rest.length > 0 || !isNumber || length < 0 || length > bits)
    throw new RangeError(
      `${JSON.stringify(entry)} is no address and no network such as 10.0.0.0/8 or fd00::/8.`,
    );
  list.addSubnet(address.text, length, address.family);
}

/** Most proxies that one request is followed through. */
const mostHops = 16;

/**
 * Whose request this is: the nearest address that no trusted proxy has. Every proxy adds the address that it was called
 * from at the end of X-Forwarded-For, so the list is read from its end, and what stands before the first untrusted
 * address is only what somebody says. A peer that is not trusted is taken by its own address, whatever it says.
 */
export function clientAddress(
  peer: string | undefined,
  forwardedFor: string | undefined,
  trusted: TrustedProxies,
): Address | null {
  let address = peer === undefined ? null : readAddress(peer);
  const said = forwardedFor === undefined ? [] : forwardedFor.split(',');
  for (let hops = 0; hops < mostHops && address !== null && trusted.has(address); hops++) {
    const next = said.pop();
    const before = next === undefined ? null : readAddress(next);
    if (before === null) break;
    address = before;
  }
  return address;
}
