import { describe, expect, test } from 'vitest';
import { globPattern } from './glob-pattern.ts';

describe('a pattern', () => {
  test.each([
    ['bb:c:{*}:*', 'bb:c:{shop}:days:1:a', true],
    ['bb:c:{*}:*', 'xbb:c:{shop}:days:1:a', false],
    ['bb:c:{shop}:*', 'bb:c:{shop-2}:days:1:a', false],
    ['a*', 'a\nb\u{1f600}', true],
    ['a\\*c', 'a*c', true],
    ['a\\*c', 'abc', false],
    ['a\\?\\[b\\]\\\\', 'a?[b]\\', true],
    ['a.b(c)+$|^', 'a.b(c)+$|^', true],
    ['a.b', 'axb', false],
    ['{2}', '{2}', true],
  ])('%s: %j matches? %s', (pattern, text, isMatch) => {
    expect(globPattern(pattern).test(text)).toBe(isMatch);
  });
});
