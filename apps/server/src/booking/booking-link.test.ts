import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createBookingLinks } from './booking-link.ts';

const links = createBookingLinks('a secret of at least thirty-two characters', 'https://book.example');
const tokenOf = (id: string, of = links) => of.url(id).split('#')[1] ?? '';

test('a link contains the booking id in its path and the token only in its fragment', () => {
  const url = new URL(links.url('7d3f'));
  expect([url.origin, url.pathname, url.search]).toEqual(['https://book.example', '/manage/7d3f', '']);
  expect(url.hash).toMatch(/^#[\w-]{43}$/);
});

test('a token grants access only to its own booking', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.uuid(), (mine, other) => {
      fc.pre(mine !== other);
      const token = tokenOf(mine);
      expect(token).toHaveLength(43);
      expect(links.isTokenOf(mine, token)).toBe(true);
      expect(links.isTokenOf(other, token)).toBe(false);
    }),
  );
});

test('rejects any string other than the exact token', () => {
  const token = tokenOf('7d3f');
  const near = [
    token.slice(1),
    `${token}A`,
    token.toUpperCase(),
    token.toLowerCase(),
    '',
    ' '.repeat(43),
    'é'.repeat(43),
  ];
  for (const wrong of near) expect(links.isTokenOf('7d3f', wrong)).toBe(false);
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !links.isTokenOf('7d3f', text)));
});

test('a token made with another secret is invalid', () => {
  const others = createBookingLinks('another secret of thirty-two characters', 'https://book.example');
  expect(links.isTokenOf('7d3f', tokenOf('7d3f', others))).toBe(false);
});
