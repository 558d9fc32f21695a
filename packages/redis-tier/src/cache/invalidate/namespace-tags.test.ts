import { expect, test } from 'vitest';
import { PendingTags } from './namespace-tags.ts';

test('covers what was added and nothing else', () => {
  const tags = new PendingTags();
  tags.add('one', ['a', 'b']);
  tags.add('two', 'all');
  expect(tags.covers('one', ['x', 'b'])).toBe(true);
  expect(tags.covers('one', ['x'])).toBe(false);
  expect(tags.covers('two', ['x'])).toBe(true);
  expect(tags.covers('three', ['a'])).toBe(false);
});

test('holds a scope with too many tags as a whole', () => {
  const tags = new PendingTags(2);
  tags.add('one', ['a', 'b']);
  expect(tags.covers('one', ['z'])).toBe(false);
  tags.add('one', ['c']);
  expect(tags.covers('one', ['z'])).toBe(true);
  tags.add('one', ['d']);
  expect([...tags]).toEqual([['one', 'all']]);
});

test('says when there are too many scopes, and begins anew', () => {
  const tags = new PendingTags(10, 2);
  expect(tags.add('one', ['a'])).toBe(true);
  expect(tags.add('two', ['a'])).toBe(true);
  expect(tags.add('two', ['b'])).toBe(true);
  expect(tags.add('three', ['a'])).toBe(false);
  expect(tags.namespaces).toBe(0);
});
