import { expect, test } from 'vitest';
import { managePath, tokenInLink, tokenOf } from './link-token.ts';

test('extracts the token from a link and builds the path of the booking page', () => {
  expect(tokenInLink('https://book.example/manage/b1#secret_-9')).toBe('secret_-9');
  expect(tokenInLink('https://book.example/manage/b1')).toBe('');
  expect(managePath('b1', 'secret_-9')).toBe('/manage/b1#secret_-9');
});

test('reads the token from the fragment, and returns null without storage', () => {
  expect(tokenOf('b1', '#secret')).toBe('secret');
  expect(tokenOf('b1', '')).toBeNull();
});
