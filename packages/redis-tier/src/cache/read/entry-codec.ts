/**
 * The format of an entry in Redis:
 *
 *   magic 1, flags 1, tag count n 2, loaded-at ms 6, TTL ms 4, load time ms 2; n x 16 tag versions; digest of the tags'
 *   names 8; body
 *
 * Numbers are big-endian. The acquire script reads everything before the body too.
 */
import { replicationIdBytes, versionBytes } from '../load/tag-version.ts';
import { digestBytes, type TagSet } from '../tag-set.ts';

export const magic = 0xb2;
const headerBytes = 16;

export type EntryTimes = {
  /** Redis time just before loading. */
  readonly loadedAtMs: number;
  readonly ttlMs: number;
  readonly loadMs: number;
};

/** `versions`: of the tags in the order of the set. */
export function encodeEntry(
  times: EntryTimes,
  versions: readonly Buffer[],
  { digest }: TagSet,
  body: Buffer,
): Buffer {
  const header = Buffer.alloc(headerBytes);
  header.writeUInt8(magic, 0);
  header.writeUInt16BE(versions.length, 2);
  header.writeUIntBE(times.loadedAtMs, 4, 6);
  header.writeUInt32BE(Math.min(times.ttlMs, 0xffff_ffff), 10);
  header.writeUInt16BE(Math.min(times.loadMs, 0xffff), 14);
  return Buffer.concat([header, ...versions, digest, body]);
}

/** Whether the bytes have the format of an entry. */
export function isEntry(bytes: Buffer): boolean {
  return bytes.length >= headerBytes && bytes[0] === magic && bytes.length >= bodyStart(bytes);
}

export function bodyStart(entry: Buffer): number {
  return digestStart(entry) + digestBytes;
}

function digestStart(entry: Buffer): number {
  return headerBytes + entry.readUInt16BE(2) * versionBytes;
}

export function readTimes(entry: Buffer): EntryTimes {
  return {
    loadedAtMs: entry.readUInt16BE(4) * 0x1_0000_0000 + entry.readUInt32BE(6),
    ttlMs: entry.readUInt32BE(10),
    loadMs: entry.readUInt16BE(14),
  };
}

/** Whether the entry was stored with these tags. */
export function namesTags(entry: Buffer, { keys, digest }: TagSet): boolean {
  return (
    entry.readUInt16BE(2) === keys.length && areEqualBytes(entry, digestStart(entry), digest, digestBytes)
  );
}

/** Whether `tag` is the version that the entry was built with as tag number `index`. */
export function hasVersion(entry: Buffer, index: number, tag: Buffer): boolean {
  return areEqualBytes(entry, headerBytes + index * versionBytes, tag, versionBytes);
}

/** Compares a few bytes; faster than Buffer.compare. */
function areEqualBytes(bytes: Buffer, start: number, other: Buffer, count: number): boolean {
  for (let i = 0; i < count; i++) if (bytes[start + i] !== other[i]) return false;
  return true;
}

/** Whether a tag's value is a version with this replication id; any other counts as missing. */
export function hasReplicationId(tag: Buffer | null, replicationId: Buffer): tag is Buffer {
  if (tag === null || tag.length !== versionBytes) return false;
  return areEqualBytes(tag, 0, replicationId, replicationIdBytes);
}
