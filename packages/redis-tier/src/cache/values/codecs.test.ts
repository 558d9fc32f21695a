import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { InvalidCacheUseError } from '../errors.ts';
import { encryptionCodec } from './encryption-codec.ts';
import { gzipCodec } from './gzip-codec.ts';
import { decodeAll, encodeAll, toBuffer } from './storage-codec.ts';

const key = 'bb:c:{shop}:menu:1:a';
const body = Buffer.from(JSON.stringify({ menu: 'a haircut '.repeat(500) }));

describe('gzip', () => {
  test('makes large values small, and stores small ones as they are', () => {
    const codec = gzipCodec({ minBytes: 100 });
    expect(codec.encode(body, key).length).toBeLessThan(body.length / 20);
    const small = Buffer.from('x'.repeat(99));
    expect(toBuffer(codec.encode(small, key)).subarray(1)).toEqual(small);
    expect(codec.encode(Buffer.from('x'.repeat(100)), key).length).toBeLessThan(100);
  });

  test.each([{ minBytes: -1 }, { minBytes: NaN }, { level: 10 }, { size: 1 }])('rejects %j', (options) => {
    expect(() => gzipCodec(options)).toThrow(InvalidCacheUseError);
  });
});

describe('encryption', () => {
  const [first, second] = [randomBytes(32), randomBytes(32)];

  test('hides the value, differently each time', () => {
    const codec = encryptionCodec({ keys: [first] });
    const [one, two] = [toBuffer(codec.encode(body, key)), toBuffer(codec.encode(body, key))];
    expect(one.includes('haircut')).toBe(false);
    expect(one.equals(two)).toBe(false);
    expect(one.length).toBe(body.length + 28);
  });

  test('with a new key reads entries of the old one, and writes with the new one', () => {
    const old = encryptionCodec({ keys: [first] });
    const changed = encryptionCodec({ keys: [second, first] });
    expect(toBuffer(changed.decode(toBuffer(old.encode(body, key)), key))).toEqual(body);
    expect(() => old.decode(toBuffer(changed.encode(body, key)), key)).toThrow('no key decrypts the entry');
    const onlyNew = encryptionCodec({ keys: [second] });
    expect(toBuffer(onlyNew.decode(toBuffer(changed.encode(body, key)), key))).toEqual(body);
  });

  test('rejects a changed bit anywhere, and the bytes of another entry', () => {
    const codec = encryptionCodec({ keys: [first] });
    const encoded = toBuffer(codec.encode(Buffer.from('{"a":1}'), key));
    for (let index = 0; index < encoded.length; index++) {
      const changed = Buffer.from(encoded);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(() => codec.decode(changed, key)).toThrow('no key');
    }
    expect(() => codec.decode(encoded, `${key}b`)).toThrow('no key');
  });

  test('a key that the caller overwrites later stays the key', () => {
    const given = randomBytes(32);
    const codec = encryptionCodec({ keys: [given] });
    const encoded = toBuffer(codec.encode(body, key));
    given.fill(0);
    expect(toBuffer(codec.decode(encoded, key))).toEqual(body);
  });

  test.each([[[]], [[Buffer.alloc(31)]], [['a'.repeat(32)]], [Array(9).fill(first)], [undefined]])(
    'rejects the keys %#, without showing them',
    (keys) => {
      const make = (): unknown => encryptionCodec({ keys: keys as unknown as Uint8Array[] });
      expect(make).toThrow(InvalidCacheUseError);
      expect(make).toThrow(/1 to 8 keys of 32 bytes/);
      expect(make).not.toThrow(/aaaa/);
    },
  );
});

test('several codecs are applied in order, and undone in the reverse order', () => {
  const codecs = [gzipCodec(), encryptionCodec({ keys: [randomBytes(32)] })];
  const encoded = encodeAll(codecs, body, key);
  expect(encoded.length).toBeLessThan(body.length / 20);
  expect(decodeAll(codecs, encoded, key)).toEqual(body);
});
