import { expect, test } from 'vitest';
import { parseSecret } from './secret-text.ts';

test('a secret is the password itself, or JSON with a user and a password', () => {
  expect(parseSecret('pass-word', null)).toEqual({ username: null, password: 'pass-word' });
  expect(parseSecret('pass-word\n', 'ann')).toEqual({ username: 'ann', password: 'pass-word' });
  expect(parseSecret('{"password":"p"}', 'ann')).toEqual({ username: 'ann', password: 'p' });
  expect(parseSecret('{"username":"ben","password":"p","host":"h"}', 'ann')).toEqual({
    username: 'ben',
    password: 'p',
  });
});

test('a password that only begins as JSON does is taken as it stands', () => {
  expect(parseSecret('{not-json', null)).toEqual({ username: null, password: '{not-json' });
});

test.each(['', '\n', '{}', '{"password":""}', '{"password":7}', 'x'.repeat(1025)])(
  'what holds no password is null: %j',
  (text) => expect(parseSecret(text, null)).toBeNull(),
);
