/** What happens to the bytes of values on their way to Redis and back. */
import { anObjectWith, type Check } from '../../core/internal.ts';

export type StorageCodec = {
  /**
   * Part of the name of every entry, so that a process without the codec never reads it. 1 to 40 letters, digits, dots
   * and hyphens.
   */
  readonly name: string;
  /** `key`: the name of the entry in Redis, for codecs that bind the bytes to it. Must not modify the bytes. */
  encode(bytes: Buffer, key: string): Uint8Array;
  /** @throws for bytes that `encode` did not return for this key: the value is then loaded again */
  decode(bytes: Buffer, key: string): Uint8Array;
};

export function encodeAll(codecs: readonly StorageCodec[], bytes: Buffer, key: string): Buffer {
  return codecs.reduce((encoded, codec) => toBuffer(codec.encode(encoded, key)), bytes);
}

/** @throws the error of a codec */
export function decodeAll(codecs: readonly StorageCodec[], bytes: Buffer, key: string): Buffer {
  return codecs.reduceRight((decoded, codec) => toBuffer(codec.decode(decoded, key)), bytes);
}

/** The same memory as a Buffer. */
export function toBuffer(bytes: string | Uint8Array): Buffer {
  if (typeof bytes === 'string') return Buffer.from(bytes);
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

const maxCodecs = 4;

/** An object with these functions and a name that can be part of a key. */
function named(...functions: readonly string[]): Check {
  const hasFunctions = anObjectWith(...functions);
  return (value) =>
    hasFunctions(value) === undefined && hasName(value as { name: unknown })
      ? undefined
      : `an object with ${functions.join(', ')} and a name of 1 to 40 letters, digits, dots or hyphens`;
}

function hasName({ name }: { name: unknown }): boolean {
  return typeof name === 'string' && /^[A-Za-z0-9.-]{1,40}$/.test(name);
}

export const aSerializer: Check = named('serialize', 'deserialize');

const aCodec = named('encode', 'decode');

export const aListOfCodecs: Check = (value) =>
  Array.isArray(value) && value.length <= maxCodecs && value.every((codec) => aCodec(codec) === undefined)
    ? undefined
    : `a list of at most ${maxCodecs} codecs, each ${aCodec(null)}`;
