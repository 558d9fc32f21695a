import { BlockList } from 'node:net';
import { type Address, readAddress } from './address.ts';

export type Networks = {
  has(address: Address): boolean;
};

/** Parses addresses and networks (10.0.0.0/8, fd00::/8). Throws RangeError that names an invalid entry. */
export function readNetworks(entries: readonly string[]): Networks {
  const list = new BlockList();
  for (const entry of entries) addTo(list, entry);
  return { has: ({ text, family }) => list.check(text, family) };
}

function addTo(list: BlockList, entry: string): void {
  const [written = '', prefix, ...rest] = entry.split('/');
  const address = readAddress(written);
  const bits = address?.family === 'ipv4' ? 32 : 128;
  // The prefix length of an IPv4-mapped IPv6 network includes the 96 bits of ::ffff:.
  const length =
    prefix === undefined ? bits : Number(prefix) - (bits === 32 && written.includes(':') ? 96 : 0);
  const isNumber = prefix === undefined || /^\d{1,3}$/.test(prefix);
  if (address === null || rest.length > 0 || !isNumber || length < 0 || length > bits)
    throw new RangeError(
      `${JSON.stringify(entry)} is not an address or a network such as 10.0.0.0/8 or fd00::/8.`,
    );
  list.addSubnet(address.text, length, address.family);
}
