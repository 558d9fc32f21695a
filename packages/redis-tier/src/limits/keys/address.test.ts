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
  ])('%s stands for %s', (written, key) => expect(limitKeyOf(written)).toBe(key));

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
  ])('%j is none', (written) => expect(readAddress(written)).toBeNull());
});

describe('the client behind proxies', () => {
  const trusted = readNetworks(['10.0.0.0/8', '::ffff:172.16.0.0/108', 'fd00::/8', '127.0.0.1', '::1']);
  const from = (peer: string | undefined, said?: string): string | undefined =>
    clientAddress(peer, said, trusted)?.text;

  test.each([
    ['a peer that is not trusted is itself, whatever it says', '192.0.2.7', '198.51.100.1', '192.0.2.7'],
    ['the last address before a trusted proxy counts', '10.0.0.1', '198.51.100.1, 192.0.2.7', '192.0.2.7'],
    ['trusted proxies in between are passed', '10.0.0.1', '192.0.2.7, 172.20.0.1, fd00::5', '192.0.2.7'],
    ['a proxy that is called itself is the client', '10.0.0.1', undefined, '10.0.0.1'],
    ['where all are trusted, the first is the client', '10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
    ['nonsense from a proxy leaves the proxy', '10.0.0.1', '192.0.2.7, unknown', '10.0.0.1'],
    ['nonsense that a client said is not reached', '10.0.0.1', 'unknown, 192.0.2.7', '192.0.2.7'],
    ['a proxy that is seen as IPv6 is the same proxy', '::ffff:10.0.0.1', '192.0.2.7', '192.0.2.7'],
    ['loopback is trusted only as listed', '127.0.0.2', '192.0.2.7', '127.0.0.2'],
  ])('%s', (_name, peer, said, client) => expect(from(peer, said)).toBe(client));

  test('is followed through sixteen proxies and no further', () => {
    const proxies = Array.from({ length: 40 }, (_, i) => `10.0.1.${i}`);
    expect(from('10.0.0.1', proxies.join(','))).toBe('10.0.1.24');
  });

  test('has no address behind a socket of the file system', () =>
    expect(from(undefined, '192.0.2.7')).toBeUndefined());

  test.each([
    '10.0.0.0/33',
    'fd00::/129',
    '10.0.0/8',
    '10.0.0.0/8/8',
    'proxy',
    '10.0.0.0/',
    '10.0.0.0/-1',
    '::ffff:10.0.0.0/8',
  ])('refuses %s as a trusted proxy', (entry) => expect(() => readNetworks([entry])).toThrow(RangeError));
});

describe('the lists of who is let in', () => {
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
  ] as const)('%s is %s', (written, standing) => {
    expect(lists.statusOf(readAddress(written))).toBe(standing);
  });

  test('do not hold who has no address', () => expect(lists.statusOf(null)).toBe('limited'));

  test('refuse what is no network', () =>
    expect(() => createAccessLists({ allow: [], deny: ['everybody'] })).toThrow(/"everybody"/));
});
