import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { checkOptions } from '../../core/internal.ts';
import { InvalidCacheUseError } from '../errors.ts';
import type { StorageCodec } from './storage-codec.ts';

export type EncryptionOptions = {
  /**
   * Keys of 32 random bytes, the current one first. To change the key, put the new one first on all processes and keep
   * the old one until its entries have expired; without it they are loaded again. 1 to 8 keys.
   */
  keys: readonly Uint8Array[];
};

const keyBytes = 32;
const ivBytes = 12;
const tagBytes = 16;
const maxKeys = 8;

/**
 * Encrypts values in Redis with AES-256-GCM: initialization vector 12, authentication tag 16, encrypted bytes. The name
 * of the entry is authenticated too, so nobody can put one entry's bytes in the place of another's. The names of
 * entries and tags, the times and the length of a value stay readable. Put compression before encryption.
 *
 * @throws InvalidCacheUseError for a key that does not have 32 bytes
 */
export function encryptionCodec(options: EncryptionOptions): StorageCodec {
  checkOptions<EncryptionOptions>(
    'encryptionCodec',
    options,
    { keys: aListOfKeys },
    (message) => new InvalidCacheUseError(message),
  );
  const keys = options.keys.map((key) => Buffer.from(key));
  const [current = Buffer.alloc(0)] = keys;
  return {
    name: 'aes-256-gcm',
    encode(bytes, entryKey) {
      // 2^32 random vectors for one key keep the risk of a repetition below 2^-32 (NIST SP 800-38D, section 8.3).
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv('aes-256-gcm', current, iv).setAAD(Buffer.from(entryKey));
      const encrypted = [cipher.update(bytes), cipher.final()];
      return Buffer.concat([iv, cipher.getAuthTag(), ...encrypted]);
    },
    decode(bytes, entryKey) {
      if (bytes.length < ivBytes + tagBytes) throw new Error('the bytes were not written by encryptionCodec');
      for (const key of keys) {
        const decrypted = decrypt(bytes, key, entryKey);
        if (decrypted !== null) return decrypted;
      }
      throw new Error('no key decrypts the entry');
    },
  };
}

function decrypt(bytes: Buffer, key: Buffer, entryKey: string): Buffer | null {
  const iv = bytes.subarray(0, ivBytes);
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: tagBytes })
    .setAAD(Buffer.from(entryKey))
    .setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
  const decrypted = decipher.update(bytes.subarray(ivBytes + tagBytes));
  try {
    decipher.final();
    return decrypted;
  } catch {
    return null;
  }
}

function aListOfKeys(value: unknown): string | undefined {
  const isList = Array.isArray(value) && value.length > 0 && value.length <= maxKeys;
  return isList && value.every((key) => key instanceof Uint8Array && key.length === keyBytes)
    ? undefined
    : `a list of 1 to ${maxKeys} keys of ${keyBytes} bytes`;
}
