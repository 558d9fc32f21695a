import { expect, test } from 'vitest';
import { toWindows } from '../windows.ts';
import { KeyStates } from './key-states.ts';

const states = new KeyStates('bb', 'guests', toWindows({ perMinute: 5 }), 100);

test('keys that differ have different names in Redis', () => {
  const keys = ['a', 'b', '💈', 'x'.repeat(1000), 'x'.repeat(999)];
  expect(new Set(keys.map((key) => states.of(key).redisKey)).size).toBe(keys.length);
});

test.each(['', 'x'.repeat(1001), 'a\ud83d', '\udc08', undefined, null, 7, ['a']])(
  'the key %j is rejected',
  (key) => expect(() => states.of(key as string)).toThrow('1 to 1000 characters without lone surrogates'),
);
