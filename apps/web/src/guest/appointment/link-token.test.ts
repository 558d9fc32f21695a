import { expect, test } from 'vitest';
import { managePath, tokenInLink, tokenOf } from './link-token.ts';

test('finds the token in a link and makes the address of this site with it', () => {
  expect(tokenInLink('https://book.example/manage/b1#secret_-9')).toBe('secret_-9');
  expect(tokenInLink('https://book.example/manage/b1')).toBe('');
  expect(managePath('b1', 'secret_-9')).toBe('/manage/b1#secret_-9');
});

test('prefers the fragment of the address, and manages without storage', () => {
  expect(tokenOf('b1', '#secret')).toBe('secret');
  expect(tokenOf('b1', '')).toBeNull();
});
