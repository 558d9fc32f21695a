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

test('covers the whole namespace when it has too many tags', () => {
  const tags = new PendingTags(2);
  tags.add('one', ['a', 'b']);
  expect(tags.covers('one', ['z'])).toBe(false);
  tags.add('one', ['c']);
  expect(tags.covers('one', ['z'])).toBe(true);
  tags.add('one', ['d']);
  expect([...tags]).toEqual([['one', 'all']]);
});

test('reports when there are too many namespaces, and starts empty', () => {
  const tags = new PendingTags(10, 2);
  expect(tags.add('one', ['a'])).toBe(true);
  expect(tags.add('two', ['a'])).toBe(true);
  expect(tags.add('two', ['b'])).toBe(true);
  expect(tags.add('three', ['a'])).toBe(false);
  expect(tags.namespaces).toBe(0);
});
