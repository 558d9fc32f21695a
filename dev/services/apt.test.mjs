import { expect, it } from 'vitest';
import { parseDependencies } from './apt.mjs';

it('reads the dependencies of a package, with alternatives, versions and architectures', () => {
  const field =
    'libc6 (>= 2.34), libjemalloc2 (>= 2.1.1), adduser:any,\n default-mta | mail-transport-agent\n';
  expect(parseDependencies(field)).toEqual([
    ['libc6'],
    ['libjemalloc2'],
    ['adduser'],
    ['default-mta', 'mail-transport-agent'],
  ]);
});

it('reads no dependencies from a package that has none', () => {
  expect(parseDependencies('')).toEqual([]);
  expect(parseDependencies('\n')).toEqual([]);
});
