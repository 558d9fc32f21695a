import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createBookingLinks } from './booking-link.ts';

const links = createBookingLinks('a secret of at least thirty-two characters', 'https://book.example');
const tokenOf = (id: string, of = links) => of.url(id).split('#')[1] ?? '';

test('a link names the booking in its path and carries the token in its fragment only', () => {
  const url = new URL(links.url('7d3f'));
  expect([url.origin, url.pathname, url.search]).toEqual(['https://book.example', '/manage/7d3f', '']);
  expect(url.hash).toMatch(/^#[\w-]{43}$/);
});

test('a token opens its own booking and no other, whatever the ids', () => {
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

test('nothing but the whole token opens a booking, and no text breaks the comparison', () => {
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

test('another secret makes other tokens', () => {
  const others = createBookingLinks('another secret of thirty-two characters', 'https://book.example');
  expect(links.isTokenOf('7d3f', tokenOf('7d3f', others))).toBe(false);
});
