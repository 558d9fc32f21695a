import { gunzipSync, gzipSync } from 'node:zlib';
import { checkOptions, integerFrom, optional } from '../../core/internal.ts';
import { InvalidCacheUseError } from '../errors.ts';
import type { StorageCodec } from './storage-codec.ts';

export type GzipOptions = {
  /** Smaller values are stored as they are. 0 to 64 MiB, default 1024. */
  minBytes?: number;
  /** 1 (fastest) to 9 (smallest). Default 6. */
  level?: number;
};

const stored = Buffer.from([0]);
const compressed = Buffer.from([1]);
/** Maximum of a decompressed value, so that damaged bytes cannot fill the memory. The largest `maxBodyBytes`. */
const maxBytes = 64 * 1_048_576;

/**
 * Compresses values in Redis. Local results stay as they are. The first byte tells whether the rest is compressed.
 *
 * @throws InvalidCacheUseError for an option out of range
 */
export function gzipCodec(options: GzipOptions = {}): StorageCodec {
  checkOptions(
    'gzipCodec',
    options,
    { minBytes: optional(integerFrom(0, maxBytes)), level: optional(integerFrom(1, 9)) },
    (message) => new InvalidCacheUseError(message),
  );
  const { minBytes = 1024, level = 6 } = options;
  return {
    name: 'gzip',
    encode: (bytes) =>
      bytes.length < minBytes
        ? Buffer.concat([stored, bytes])
        : Buffer.concat([compressed, gzipSync(bytes, { level })]),
    decode(bytes) {
      if (bytes[0] === 0) return bytes.subarray(1);
      if (bytes[0] === 1) return gunzipSync(bytes.subarray(1), { maxOutputLength: maxBytes });
      throw new Error('the bytes were not written by gzipCodec');
    },
  };
}
