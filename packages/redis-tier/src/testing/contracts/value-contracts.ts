/** The contracts of serializers and of codecs, for implementations of your own. */
import { strictEqual as equal, deepStrictEqual as same, throws } from 'node:assert/strict';
import type { Serializer, StorageCodec } from '../../cache/index.ts';
import type { Contract } from './promise.ts';

const toBuffer = (bytes: string | Uint8Array): Buffer => Buffer.from(bytes as Uint8Array);

const plainValues: readonly unknown[] = [
  null,
  false,
  0,
  '',
  'Zoë 💈 \u0000',
  [],
  {},
  [1, [2, [3]]],
  { name: 'menu', items: [{ price: 12.5 }], none: null },
];

export const serializerContract: readonly Contract<Serializer>[] = [
  {
    title: 'plain values are the same after they were written and read',
    async run(serializer) {
      for (const value of plainValues)
        same(serializer.deserialize(toBuffer(serializer.serialize(value))), value);
    },
  },
  {
    title: 'a value of a class, a function or a symbol is rejected, or the same afterwards',
    async run(serializer) {
      class Money {
        readonly cents = 1;
        format(): string {
          return `${this.cents}`;
        }
      }
      const samples = [
        new Money(),
        () => 1,
        Symbol('a'),
        new Date(0),
        new Map([[1, 2]]),
        NaN,
        [undefined],
        1n,
      ];
      for (const value of samples) {
        const isSame = (): void =>
          same(serializer.deserialize(toBuffer(serializer.serialize({ value }))), { value });
        try {
          serializer.serialize({ value });
        } catch {
          continue;
        }
        isSame();
      }
    },
  },
  {
    title: 'reading does not modify the bytes, and values read twice share nothing that can change',
    async run(serializer) {
      const bytes = toBuffer(serializer.serialize({ list: [1] }));
      const before = Buffer.from(bytes);
      const first = serializer.deserialize(bytes) as { list: number[] };
      first.list.push(2);
      same(bytes, before);
      same(serializer.deserialize(bytes), { list: [1] });
    },
  },
];

const bodies = [Buffer.alloc(0), Buffer.from('null'), Buffer.from('{"a":1}'), Buffer.alloc(1_048_576, 'abc')];

export const codecContract: readonly Contract<StorageCodec>[] = [
  {
    title: 'bytes are the same after they were encoded and decoded, and the input is not modified',
    async run(codec) {
      for (const body of bodies) {
        const before = Buffer.from(body);
        const encoded = toBuffer(codec.encode(body, 'key'));
        const kept = Buffer.from(encoded);
        same(toBuffer(codec.decode(encoded, 'key')), before);
        same(body, before);
        same(encoded, kept);
      }
    },
  },
  {
    title: 'bytes that it did not write are rejected',
    async run(codec) {
      for (const bytes of [Buffer.alloc(0), Buffer.from('no'), Buffer.alloc(100, 0xff)])
        throws(() => codec.decode(bytes, 'key'));
    },
  },
  {
    title: 'encoded bytes without their end are rejected',
    async run(codec) {
      const encoded = toBuffer(codec.encode(Buffer.alloc(5000, 'abc'), 'key'));
      throws(() => codec.decode(encoded.subarray(0, -1), 'key'));
    },
  },
  {
    title: 'its name can be part of a key',
    async run({ name }) {
      equal(/^[A-Za-z0-9.-]{1,40}$/.test(name), true, name);
    },
  },
];
