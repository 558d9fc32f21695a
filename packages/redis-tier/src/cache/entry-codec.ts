/**
 * An entry as Redis keeps it:
 *
 *   magic 1, flags 1, number of tags n 2, as of 6 (ms), fresh for 4 (ms), load time 2 (ms); n x 16 tag versions; body
 *
 * Numbers are big-endian. The acquire script reads this header too.
 */
import { lineageBytes, versionBytes } from './tag-version.ts';

const magic = 0xb1;
const headerBytes = 16;

export type Entry = {
  /** Redis time of the moment before loading. */
  readonly asOfMs: number;
  readonly freshMs: number;
  readonly loadMs: number;
  /** JSON. */
  readonly body: Buffer;
};

export function encodeEntry(entry: Entry, versions: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(headerBytes);
  header.writeUInt8(magic, 0);
  header.writeUInt16BE(versions.length, 2);
  header.writeUIntBE(entry.asOfMs, 4, 6);
  header.writeUInt32BE(Math.min(entry.freshMs, 0xffff_ffff), 10);
  header.writeUInt16BE(Math.min(entry.loadMs, 0xffff), 14);
  return Buffer.concat([header, ...versions, entry.body]);
}

export type Found = Entry & {
  /** Every tag that it names exists, belongs to the lineage, and has the version that it was built with. */
  readonly valid: boolean;
};

/** What an entry and its tags, as read in one step, are worth. Null for none, and for bytes that are not an entry. */
export function decodeEntry(
  bytes: Buffer | null,
  tags: readonly (Buffer | null)[],
  lineage: Buffer,
): Found | null {
  if (bytes === null || bytes.length < headerBytes || bytes[0] !== magic) return null;
  const count = bytes.readUInt16BE(2);
  const bodyStart = headerBytes + count * versionBytes;
  if (bytes.length < bodyStart) return null;
  return {
    asOfMs: bytes.readUIntBE(4, 6),
    freshMs: bytes.readUInt32BE(10),
    loadMs: bytes.readUInt16BE(14),
    body: bytes.subarray(bodyStart),
    valid: count === tags.length && tags.every((tag, index) => isVersion(tag, bytes, index, lineage)),
  };
}

function isVersion(tag: Buffer | null, entry: Buffer, index: number, lineage: Buffer): boolean {
  if (tag === null || tag.length !== versionBytes) return false;
  const start = headerBytes + index * versionBytes;
  return (
    tag.compare(entry, start, start + versionBytes) === 0 &&
    tag.compare(lineage, 0, lineageBytes, 0, lineageBytes) === 0
  );
}
