import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  aBoolean,
  aClientOrDriver,
  aFunction,
  anObject,
  anObjectWith,
  aPrefix,
  type Check,
  checkOptions,
  integerFrom,
  numberFrom,
  oneOf,
  optional,
  orNull,
} from './check-options.ts';

const nowMs = () => 1;
const wrong = [undefined, null, true, 0, Number.NaN, Number.POSITIVE_INFINITY, '', 'x', [], {}, nowMs];

describe('a check', () => {
  test.each<[string, Check, unknown[]]>([
    ['numberFrom', numberFrom(2, 3), [2, 2.5, 3]],
    ['integerFrom', integerFrom(2, 3), [2, 3]],
    ['oneOf', oneOf('a', 'b'), ['a', 'b']],
    ['aPrefix', aPrefix, ['bb', 'app:bb', 'a'.repeat(100)]],
    ['aBoolean', aBoolean, [true, false]],
    ['aFunction', aFunction, [nowMs]],
    ['anObject', anObject, [{}, { a: 1 }]],
    ['anObjectWith', anObjectWith('nowMs'), [{ nowMs }]],
    ['aClientOrDriver', aClientOrDriver('nowMs'), [{ nowMs }, { duplicate: nowMs, disconnect: nowMs }]],
    ['optional', optional(integerFrom(2, 3)), [undefined, 2]],
    ['orNull', orNull(integerFrom(2, 3)), [null, 2]],
  ])('%s accepts what it names, and nothing else', (_, check, valid) => {
    for (const value of valid) expect([value, check(value)]).toEqual([value, undefined]);
    const isValid = (value: unknown) =>
      valid.some((one) => JSON.stringify(one) === JSON.stringify(value) && typeof one === typeof value);
    for (const value of wrong)
      if (!isValid(value) && !(check === aPrefix && value === 'x'))
        expect(check(value)).toEqual(expect.any(String));
  });

  test.each([numberFrom(2, 3), integerFrom(2, 3)])('of a range has both ends', (check) => {
    for (const value of [1.999, 3.001, 1, 4]) expect(check(value)).toContain('from 2 to 3');
    expect(integerFrom(2, 3)(2.5)).toBe('a whole number from 2 to 3');
  });
});

describe('the options of a factory', () => {
  const check = (options: object) =>
    checkOptions('create', options, { size: integerFrom(1, 9), name: optional(oneOf('a')) }, (message) => {
      return new RangeError(message);
    });

  test('are accepted when each is in its range', () => {
    expect(() => check({ size: 1 })).not.toThrow();
    expect(() => check({ size: 9, name: 'a' })).not.toThrow();
    expect(() => check({ size: 9, name: undefined })).not.toThrow();
  });

  test.each<[unknown, string]>([
    [{}, 'create: size is undefined, but must be a whole number from 1 to 9.'],
    [{ size: '1' }, 'create: size is "1", but must be a whole number from 1 to 9.'],
    [{ size: 1, name: { password: 'secret' } }, 'create: name is an object, but must be "a".'],
    [{ size: 1, name: 'redis://:secret@localhost' }, 'create: name is a URL, but must be "a".'],
    [{ size: 1, name: ['secret'] }, 'create: name is a list, but must be "a".'],
    [{ size: 1, title: 'a' }, 'create: the option "title" is unknown. Known are size, name.'],
    [null, 'create: the options are null, but must be an object.'],
    [[1], 'create: the options are a list, but must be an object.'],
  ])('%j are rejected with the option, its value and its range', (options, message) => {
    expect(() => check(options as object)).toThrow(new RangeError(message));
  });

  test('are rejected when they have any other name', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (name) => {
        fc.pre(name !== 'size' && name !== 'name');
        expect(() => check(Object.defineProperty({ size: 1 }, name, { value: 1, enumerable: true }))).toThrow(
          'unknown',
        );
      }),
    );
  });
});
