import { expect, test } from 'vitest';
import { toTagSet } from '../tag-set.ts';
import {
  bodyStart,
  encodeEntry,
  hasReplicationId,
  hasVersion,
  isEntry,
  namesTags,
  readTimes,
} from './entry-codec.ts';

const versions = [1, 2, 3].map((fill) => Buffer.alloc(16, fill));
const times = { loadedAtMs: 1_800_000_000_123, ttlMs: 2_592_000_000, loadMs: 40 };
const tagSet = toTagSet(['a', 'b', 'c']);
const entry = encodeEntry(times, versions, tagSet, Buffer.from('"body"'));

test('an entry keeps its times, versions and body', () => {
  expect(isEntry(entry)).toBe(true);
  expect(readTimes(entry)).toEqual(times);
  expect(entry.subarray(bodyStart(entry)).toString()).toBe('"body"');
});

test('times that are too large for their fields are the largest possible', () => {
  const large = encodeEntry(
    { ...times, ttlMs: 5_000_000_000, loadMs: 600_000 },
    [],
    tagSet,
    Buffer.from('1'),
  );
  expect(readTimes(large)).toEqual({ ...times, ttlMs: 4_294_967_295, loadMs: 65_535 });
});

test.each([
  ['the same', ['a', 'b', 'c'], true],
  ['fewer', ['a', 'b'], false],
  ['more', ['a', 'b', 'c', 'd'], false],
  ['another', ['a', 'b', 'd'], false],
  ['as many with the same text', ['ab', '', 'c'], false],
])('an entry names %s tags', (_, tags, expected) => expect(namesTags(entry, toTagSet(tags))).toBe(expected));

test.each([0, 1, 2])('the version of tag %i must be the same in every byte', (index) => {
  const version = Buffer.alloc(16, index + 1);
  expect(hasVersion(entry, index, version)).toBe(true);
  for (let byte = 0; byte < 16; byte += 1) {
    const other = Buffer.from(version);
    other[byte] = 99;
    expect(hasVersion(entry, index, other)).toBe(false);
  }
});

test('a tag has a replication id in its first six bytes, all of them', () => {
  const replicationId = Buffer.from('abcdef');
  const tag = Buffer.concat([replicationId, Buffer.alloc(10)]);
  expect(hasReplicationId(tag, replicationId)).toBe(true);
  for (let byte = 0; byte < 6; byte += 1) {
    const other = Buffer.from(tag);
    other[byte] = 0;
    expect(hasReplicationId(other, replicationId)).toBe(false);
  }
  for (const other of [null, tag.subarray(0, 15), Buffer.concat([tag, tag])])
    expect(hasReplicationId(other, replicationId)).toBe(false);
});

test.each([
  ['without a complete header', entry.subarray(0, 15)],
  ['without all its versions', entry.subarray(0, 16 + 47)],
  ['without its tags', entry.subarray(0, 16 + 48 + 7)],
  ['of another format', Buffer.concat([Buffer.from([0xb1]), entry.subarray(1)])],
])('bytes %s are no entry', (_, bytes) => expect(isEntry(bytes)).toBe(false));
