import { expect, test } from 'vitest';
import { replicationIdOf, VersionSource } from './tag-version.ts';

const replicationId = replicationIdOf('0123456789abcdef0123456789abcdef01234567');

test('a version begins with the first six bytes of the replication id', () => {
  expect(replicationId.toString('hex')).toBe('0123456789ab');
  const version = new VersionSource().next(replicationId);
  expect(version).toHaveLength(16);
  expect(version.subarray(0, 6)).toEqual(replicationId);
});

test('no two versions are the same, in one process or in several', () => {
  const sources = [new VersionSource(), new VersionSource()];
  const versions = sources.flatMap((source) => Array.from({ length: 300 }, () => source.next(replicationId)));
  expect(new Set(versions.map((version) => version.toString('hex'))).size).toBe(600);
});
