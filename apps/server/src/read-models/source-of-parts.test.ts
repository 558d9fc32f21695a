import { expect, test } from 'vitest';
import { sourceOfParts } from './source-of-parts.ts';

test.each([
  ['the slowest one', ['remote', 'miss', 'local'], 'miss'],
  ['that of Redis, if none is loaded', ['local', 'remote'], 'remote'],
  ['stale, if a part is stale and another one was loaded', ['stale', 'miss'], 'stale'],
  ['local, without parts', [], 'local'],
] as const)('the source of several results is %s', (_name, sources, expected) => {
  expect(sourceOfParts(sources.map((source) => ({ source })))).toBe(expected);
});
