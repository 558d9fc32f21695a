import { describe, expect, test } from 'vitest';
import { createAccessLists } from './access-lists.ts';
import { limitKeyOfAddress, readAddress } from './address.ts';
import { clientAddress } from './client-address.ts';
import { readNetworks } from './networks.ts';

const limitKeyOf = (text: string): string | null => {
  const address = readAddress(text);
  return address === null ? null : limitKeyOfAddress(address);
};

describe('an address', () => {
  test.each([
    ['192.0.2.1', '192.0.2.1'],
    [' 192.0.2.1 ', '192.0.2.1'],
    ['192.0.2.1:4711', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:c000:201', '192.0.2.1'],
    ['[::ffff:192.0.2.1]:443', '192.0.2.1'],
    ['0:0:0:0:0:ffff:c000:0201', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::', '2001:db8:1:2::/64'],
    ['[2001:db8::1]:443', '2001:db8:0:0::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
  ])('%s has the limit key %s', (written, key) => expect(limitKeyOf(written)).toBe(key));

  test.each([
    '',
    'unknown',
    '_hidden',
    '192.0.2',
    '192.0.2.256',
    '192.0.2.1.',
    '1:2:3',
    'localhost',
    '[::1',
    '0x7f.1',
  ])('%j is not an address', (written) => expect(readAddress(written)).toBeNull());
});

describe('the client address', () => {
  const trusted = readNetworks(['10.0.0.0/8', '::ffff:172.16.0.0/108', 'fd00::/8', '127.0.0.1', '::1']);
  const from = (peer: string | undefined, forwardedFor?: string): string | undefined =>
    clientAddress(peer, forwardedFor, trusted)?.text;

  test.each([
    ['ignores the header of an untrusted peer', '192.0.2.7', '198.51.100.1', '192.0.2.7'],
    ['is the last address before a trusted proxy', '10.0.0.1', '198.51.100.1, 192.0.2.7', '192.0.2.7'],
    ['skips trusted proxies in between', '10.0.0.1', '192.0.2.7, 172.20.0.1, fd00::5', '192.0.2.7'],
    ['is the proxy itself without a header', '10.0.0.1', undefined, '10.0.0.1'],
    ['is the first address when all are trusted', '10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
    ['is the proxy when its entry is invalid', '10.0.0.1', '192.0.2.7, unknown', '10.0.0.1'],
    ['ignores invalid entries before the client', '10.0.0.1', 'unknown, 192.0.2.7', '192.0.2.7'],
    ['treats an IPv4-mapped proxy as the IPv4 proxy', '::ffff:10.0.0.1', '192.0.2.7', '192.0.2.7'],
    ['trusts only listed loopback addresses', '127.0.0.2', '192.0.2.7', '127.0.0.2'],
  ])('%s', (_name, peer, forwardedFor, client) => expect(from(peer, forwardedFor)).toBe(client));

  test('is searched behind at most sixteen proxies', () => {
    const proxies = Array.from({ length: 40 }, (_, i) => `10.0.1.${i}`);
    expect(from('10.0.0.1', proxies.join(','))).toBe('10.0.1.24');
  });

  test('is null behind a Unix domain socket', () => expect(from(undefined, '192.0.2.7')).toBeUndefined());

  test.each([
    '10.0.0.0/33',
    'fd00::/129',
    '10.0.0/8',
    '10.0.0.0/8/8',
    'proxy',
    '10.0.0.0/',
    '10.0.0.0/-1',
    '::ffff:10.0.0.0/8',
  ])('rejects %s as a trusted proxy', (entry) => expect(() => readNetworks([entry])).toThrow(RangeError));
});

describe('the access lists', () => {
  const lists = createAccessLists({
    allow: ['192.0.2.0/24', '2001:db8::/32'],
    deny: ['192.0.2.66', '198.51.100.0/24', '2001:db8:bad::/48'],
  });
  test.each([
    ['192.0.2.1', 'allowed'],
    ['::ffff:192.0.2.1', 'allowed'],
    ['2001:db8:1::1', 'allowed'],
    ['192.0.2.66', 'denied'],
    ['198.51.100.7', 'denied'],
    ['2001:db8:bad::1', 'denied'],
    ['203.0.113.1', 'limited'],
  ] as const)('%s is %s', (written, status) => {
    expect(lists.statusOf(readAddress(written))).toBe(status);
  });

  test('limit a request without an address', () => expect(lists.statusOf(null)).toBe('limited'));

  test('reject an entry that is not a network', () =>
    expect(() => createAccessLists({ allow: [], deny: ['everybody'] })).toThrow(/"everybody"/));
});
