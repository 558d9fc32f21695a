import { expect, it } from 'vitest';
import { addressWithoutSecrets, shownAddress } from './address.mjs';

it.each([
  ['postgres://me:secret@db.example:5432/shop?sslkey=secret', 'db.example:5432/shop'],
  ['postgres://secret@db.example/shop', 'db.example/shop'],
  ['rediss://:secret@cache.example:6379', 'cache.example:6379'],
  ['redis://secret@[::1]:6379/2', '[::1]:6379/2'],
])('shows %s without user, password and options', (url, shown) => {
  expect(shownAddress(url)).toBe(shown);
  expect(addressWithoutSecrets(url)).not.toContain('secret');
});

it('shows nothing of an address that it cannot read', () => {
  expect(addressWithoutSecrets('secret')).toBe('(an address that cannot be read)');
});
