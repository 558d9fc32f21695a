import type { Address } from './address.ts';
import { readNetworks } from './networks.ts';

export type AccessLists = {
  /** denied: reject. allowed: do not limit. An address on both lists is denied. */
  statusOf(address: Address | null): 'allowed' | 'denied' | 'limited';
};

/**
 * Lists of addresses and networks (192.0.2.7, 10.0.0.0/8, 2001:db8::/32). Throws RangeError that names an invalid
 * entry.
 */
export function createAccessLists(lists: {
  readonly allow: readonly string[];
  readonly deny: readonly string[];
}): AccessLists {
  const [allow, deny] = [readNetworks(lists.allow), readNetworks(lists.deny)];
  const isEmpty = lists.allow.length + lists.deny.length === 0;
  return {
    statusOf(address) {
      if (isEmpty) return 'limited';
      if (address === null) return 'limited';
      if (deny.has(address)) return 'denied';
      return allow.has(address) ? 'allowed' : 'limited';
    },
  };
}
