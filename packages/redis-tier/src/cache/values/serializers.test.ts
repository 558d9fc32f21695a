import { describe, expect, test } from 'vitest';
import { jsonSerializer } from './serializer.ts';
import { toBuffer } from './storage-codec.ts';
import { structuredSerializer } from './structured-serializer.ts';

class Money {
  readonly cents = 1;
  double(): number {
    return this.cents * 2;
  }
}
class Row {
  readonly id = 1;
}
class OwnMap extends Map {}

const cyclic: { self?: unknown } = {};
cyclic.self = cyclic;

describe('JSON rejects what it would change', () => {
  test.each([
    ['a Date', { days: [{ from: new Date(0) }] }, 'a Date at .days[0].from'],
    ['a Map', new Map(), 'a Map'],
    ['a Set', { tags: new Set(['a']) }, 'a Set at .tags'],
    ['a Buffer', { body: Buffer.from('a') }, 'a Buffer at .body'],
    ['a typed array', [new Uint8Array(2)], 'a Uint8Array at [0]'],
    ['NaN', { price: NaN }, 'NaN at .price'],
    ['Infinity', [1, -Infinity], '-Infinity at [1]'],
    ['undefined in a list', [undefined], 'undefined at [0]'],
    ['a hole in a list', Array(1), 'undefined at [0]'],
    ['a function', { run: () => 1 }, 'a function at .run'],
    ['a symbol', { kind: Symbol('a') }, 'a symbol at .kind'],
    ['a property with a symbol as its name', { [Symbol('a')]: 1 }, 'a property with a symbol as its name'],
    ['an object with methods', { price: new Money() }, 'a Money at .price'],
    ['an object with toJSON', { toJSON: () => 1 }, 'an object with toJSON'],
    ['an error', new Error('a'), 'a Error'],
    ['a RegExp', /a/, 'a RegExp'],
    ['a number object', new Number(1), 'a Number'],
  ])('%s', (_, value, message) => {
    expect(() => jsonSerializer.serialize(value)).toThrow(`${message}, which JSON would change`);
  });

  test.each([
    ['a bigint', { n: 1n }, /BigInt/],
    ['an object in itself', cyclic, /circular/],
  ])('%s', (_, value, message) => {
    expect(() => jsonSerializer.serialize(value)).toThrow(message);
  });

  test('and keeps plain values, undefined properties left out', () => {
    const value = {
      a: 'ü',
      list: [null, { b: 1 }],
      row: { ...new Row() },
      gone: undefined,
      ['__proto__']: 1,
    };
    expect(jsonSerializer.deserialize(toBuffer(jsonSerializer.serialize(value)))).toEqual(value);
    expect(jsonSerializer.serialize(new Row()), 'a class without methods').toBe('{"id":1}');
    expect(jsonSerializer.serialize(Object.assign(Object.create(null), { a: 1 }))).toBe('{"a":1}');
  });
});

describe('structured cloning', () => {
  test.each([
    ['a Map', new Map<unknown, unknown>([['a', new Set([1])]])],
    ['a Date', { from: new Date(5) }],
    ['a Buffer', { body: Buffer.from('a') }],
    ['a typed array', new Float64Array([1.5, NaN])],
    ['an ArrayBuffer', new Uint8Array([1, 2]).buffer],
    ['numbers that JSON does not have', [NaN, Infinity, -0, 12n]],
    ['undefined', { gone: undefined, list: [undefined] }],
    ['a RegExp', /a+/giu],
    ['an object in itself', cyclic],
  ])('keeps %s', (_, value) => {
    expect(structuredSerializer.deserialize(toBuffer(structuredSerializer.serialize(value)))).toStrictEqual(
      value,
    );
  });

  test.each([
    ['an object with methods', { price: new Money() }, 'a Money at .price'],
    ['a class of a built-in one', { map: new OwnMap() }, 'a OwnMap at .map'],
    ['an object with methods in a Map', new Map([['a', new Money()]]), 'a Money at [1]'],
    ['an error, whose properties would be lost', { error: new RangeError('a') }, 'a RangeError at .error'],
  ])('rejects %s', (_, value, message) => {
    expect(() => structuredSerializer.serialize(value)).toThrow(
      `${message}, which structured cloning would change`,
    );
  });

  test.each([[() => 1], [Symbol('a')]])('rejects %s', (value) => {
    expect(() => structuredSerializer.serialize({ value })).toThrow(/could not be cloned/);
  });

  test('a value read does not share memory with the bytes', () => {
    const bytes = toBuffer(structuredSerializer.serialize(Buffer.from('abc')));
    const before = Buffer.from(bytes);
    (structuredSerializer.deserialize(bytes) as Buffer).fill(0);
    expect(bytes.equals(before)).toBe(true);
  });
});
