import { describe, expect, test } from 'vitest';
import { InvalidCacheUseError } from './errors.ts';
import { type EntryAddress, KeySpace } from './keys.ts';
import { resolvePolicy } from './policy-options.ts';

const keys = new KeySpace('bb');
const days = resolvePolicy('days', { ttlMs: 1000 });
const shops = resolvePolicy('shops', { ttlMs: 1000 });
const namesOf = (count: number) => Array.from({ length: count }, (_, number) => `tag${number}`);
const tagKeysOf = (...tags: string[]) => keys.entry(days, { namespace: 'shop', key: 'a', tags }).tagKeys;

describe('the names of an entry', () => {
  test('differ by namespace, policy, schema version and key, and share the slot of the namespace', () => {
    const second = resolvePolicy('days', { ttlMs: 1000, schemaVersion: '2' });
    const names = [
      keys.entry(days, { namespace: 'shop', key: 'a' }),
      keys.entry(days, { namespace: 'shop', key: 'b' }),
      keys.entry(days, { namespace: 'shop-2', key: 'a' }),
      keys.entry(shops, { namespace: 'shop', key: 'a' }),
      keys.entry(second, { namespace: 'shop', key: 'a' }),
    ];
    expect(names.map(({ entryKey }) => entryKey)).toEqual([
      'bb:c:{shop}:days:1:a',
      'bb:c:{shop}:days:1:b',
      'bb:c:{shop-2}:days:1:a',
      'bb:c:{shop}:shops:1:a',
      'bb:c:{shop}:days:2:a',
    ]);
    for (const { entryKey, leaseKey } of names) expect(leaseKey).toBe(entryKey.replace('bb:c:', 'bb:l:'));
  });

  test('stay the same however many namespaces and tags are in use', () => {
    const nameOf = (number: number) =>
      keys.entry(days, { namespace: `n${number % 1500}`, key: 'a', tags: [`t${number}`] });
    for (const round of [0, 1])
      for (let number = 0; number < 3100; number += 1) {
        const { entryKey, tagKeys } = nameOf(number);
        const namespace = `n${number % 1500}`;
        expect([round, entryKey, ...tagKeys]).toEqual([
          round,
          `bb:c:{${namespace}}:days:1:a`,
          `bb:t:{${namespace}}:`,
          `bb:t:{${namespace}}:t${number}`,
        ]);
      }
  });
});

describe('tags', () => {
  test('are in order after that of the namespace, each once', () => {
    expect(tagKeysOf('b', 'a', 'b')).toEqual(['bb:t:{shop}:', 'bb:t:{shop}:a', 'bb:t:{shop}:b']);
    expect(tagKeysOf()).toEqual(['bb:t:{shop}:']);
  });

  test('may be fifteen different ones', () => {
    expect(tagKeysOf(...namesOf(15), ...namesOf(15))).toHaveLength(16);
    expect(() => tagKeysOf(...namesOf(16))).toThrow('at most 15 tags');
  });

  test.each([1, 2, 200])('may have %i characters', (length) => {
    const tag = 'x'.repeat(length);
    expect(tagKeysOf(tag).at(-1)).toBe(`bb:t:{shop}:${tag}`);
    expect(tagKeysOf(tag, 'y').at(-2)).toBe(`bb:t:{shop}:${tag}`);
  });

  test('of any other length or type are rejected, whichever it is', () => {
    for (const tag of ['', 'x'.repeat(201), 'a\ud83d', undefined as never, 7 as never])
      for (const tags of [[tag], ['a', tag], [tag, 'b', 'c']])
        expect(() => tagKeysOf(...tags)).toThrow('1 to 200 characters');
  });
});

test.each(['abc', null, { length: 1, 0: 'a' }])('tags must be a list, not %j', (tags) =>
  expect(() => keys.entry(days, { namespace: 'shop', key: 'a', tags: tags as never })).toThrow(
    'must be a list',
  ),
);

test.each(['key', 'namespace'])('a %s is a text without half of a character', (part) => {
  for (const name of ['a\ud83d', '\udc08', 'a\ud83db', undefined, null, 7, ['a']])
    expect(() => keys.entry(days, { namespace: 'shop', key: 'a', [part]: name } as EntryAddress)).toThrow(
      'without lone surrogates',
    );
  const whole = keys.entry(days, { namespace: 'shop', key: 'a', [part]: '💈' } as EntryAddress);
  expect(whole.entryKey).toContain('💈');
});

test.each([
  ['key', 500],
  ['namespace', 200],
])('a %s has at most %i characters', (part, most) => {
  const entryOf = (length: number) =>
    keys.entry(days, { namespace: 'shop', key: 'a', [part]: 'x'.repeat(length) } as EntryAddress).entryKey;
  expect(entryOf(most)).toContain('x'.repeat(most));
  for (const length of [0, most + 1]) expect(() => entryOf(length)).toThrow(`1 to ${most} characters`);
});

test('names stay right beyond what is cached, and a key out of range is never accepted', () => {
  const space = new KeySpace('bb');
  const [one, other] = ['one', 'other'].map((name) => resolvePolicy(name, { ttlMs: 1000 }));
  if (one === undefined || other === undefined) throw new Error('no policy');
  const nameOf = (policy: typeof one, key: string) =>
    space.entry(policy, { namespace: 'shop', key }).entryKey;
  const numbers = Array.from({ length: 21_000 }, (_, number) => number);
  for (let round = 0; round < 2; round += 1) {
    const wrong = numbers.filter((number) => nameOf(one, `${number}`) !== `bb:c:{shop}:one:1:${number}`);
    expect(wrong).toEqual([]);
  }
  expect(nameOf(other, '5')).toBe('bb:c:{shop}:other:1:5');
  for (const key of ['', 'x'.repeat(501), '\ud800', 5 as unknown as string])
    for (let round = 0; round < 2; round += 1) expect(() => nameOf(one, key)).toThrow(InvalidCacheUseError);
});
