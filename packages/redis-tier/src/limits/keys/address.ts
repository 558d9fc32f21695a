import { isIPv4, isIPv6 } from 'node:net';

/** An IP address. IPv6 as its eight groups; an IPv4-mapped IPv6 address (::ffff:1.2.3.4) is IPv4. */
export type Address =
  | { readonly family: 'ipv4'; readonly text: string }
  | { readonly family: 'ipv6'; readonly text: string; readonly groups: readonly number[] };

/** Parses an address as sockets and proxies write it, possibly with brackets, port or zone. Null for anything else. */
export function readAddress(written: string): Address | null {
  const text = withoutPort(written.trim()).replace(/%[^%\s]*$/, '');
  if (isIPv4(text)) return { family: 'ipv4', text };
  if (!isIPv6(text)) return null;
  const groups = groupsOf(text);
  const mapped = mappedIPv4(groups);
  if (mapped !== null) return { family: 'ipv4', text: mapped };
  return { family: 'ipv6', text: groups.map((it) => it.toString(16)).join(':'), groups };
}

/** The limit key of an address: IPv4 itself; IPv6 its /64, which is what one household or one server receives. */
export function limitKeyOfAddress(address: Address): string {
  if (address.family === 'ipv4') return address.text;
  const network = address.groups.slice(0, 4).map((it) => it.toString(16));
  return `${network.join(':')}::/64`;
}

/** `[::1]:80` and `1.2.3.4:80` have a port; `::1` has none. */
function withoutPort(text: string): string {
  const bracketed = /^\[([^\]]*)\](?::\d+)?$/.exec(text)?.[1];
  if (bracketed !== undefined) return bracketed;
  return /^[\d.]+:\d+$/.test(text) ? text.slice(0, text.indexOf(':')) : text;
}

/** The eight groups of a valid IPv6 address. */
function groupsOf(text: string): number[] {
  const [before = '', after] = text.split('::');
  const head = toGroups(before);
  if (after === undefined) return head;
  const tail = toGroups(after);
  return [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => 0), ...tail];
}

function toGroups(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((part) => {
    if (!part.includes('.')) return [Number.parseInt(part, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = part.split('.').map(Number);
    return [a * 256 + b, c * 256 + d];
  });
}

function mappedIPv4(groups: readonly number[]): string | null {
  const [high = 0, low = 0] = groups.slice(6);
  const isMapped = groups.slice(0, 5).every((it) => it === 0) && groups[5] === 0xffff;
  return isMapped ? [high >> 8, high & 255, low >> 8, low & 255].join('.') : null;
}
