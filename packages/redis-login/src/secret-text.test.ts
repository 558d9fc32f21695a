import { expect, test } from 'vitest';
import { parseSecret } from './secret-text.ts';

test('parses a plain password, and JSON with a password and an optional username', () => {
  expect(parseSecret('pass-word', null)).toEqual({ username: null, password: 'pass-word' });
  expect(parseSecret('pass-word\n', 'ann')).toEqual({ username: 'ann', password: 'pass-word' });
  expect(parseSecret('{"password":"p"}', 'ann')).toEqual({ username: 'ann', password: 'p' });
  expect(parseSecret('{"username":"ben","password":"p","host":"h"}', 'ann')).toEqual({
    username: 'ben',
    password: 'p',
  });
});

test('treats invalid JSON as a plain password', () => {
  expect(parseSecret('{not-json', null)).toEqual({ username: null, password: '{not-json' });
});

test.each(['', '\n', '{}', '{"password":""}', '{"password":7}', 'x'.repeat(1025)])(
  'returns null for a secret without a valid password: %j',
  (text) => expect(parseSecret(text, null)).toBeNull(),
);
