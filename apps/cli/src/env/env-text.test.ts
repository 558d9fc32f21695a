import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unreadableLine, valuesOf, withValues } from './env-text.ts';

/** Values that a settings file can represent: one line, without all three kinds of quotes. */
const writable = fc
  .string({ unit: 'grapheme', maxLength: 40 })
  .filter((text) => !/[\r\n\0]/.test(text))
  .filter(
    (text) =>
      !["'", '"', '`'].every((quote) => text.includes(quote)) && !(text.includes("'") && text.includes('`')),
  );

describe('a value', () => {
  test('is read as it was written', () => {
    fc.assert(
      fc.property(writable, (value) => {
        expect(valuesOf(withValues('', new Map([['NAME', value]]))).get('NAME') ?? '').toBe(value);
      }),
    );
  });

  test('of the characters that ElastiCache allows is read as it was written, in any order', () => {
    const token = fc.string({ unit: fc.constantFrom(...'aZ09!&#$^<>-'), minLength: 16, maxLength: 128 });
    fc.assert(
      fc.property(token, (value) => {
        expect(valuesOf(withValues('', new Map([['TOKEN', value]]))).get('TOKEN')).toBe(value);
      }),
    );
  });

  test.each(['hidden\nword', `hidden 'three" \`kinds`])(
    'that no form can represent is rejected without being shown',
    (value) => {
      expect(() => withValues('', new Map([['NAME', value]]))).toThrow(
        expect.objectContaining({
          message: expect.stringMatching(/^The value of NAME contains (?!.*hidden)/s),
          details: [],
          remediation: expect.not.stringContaining('hidden'),
        }),
      );
    },
  );
});

describe('a settings file', () => {
  test('keeps everything that is not changed', () => {
    const text = '# A=comment\nA=1\n\n  export B = "x # y" # why\nC=`one\nB=two`\nD=last';
    expect(withValues(text, new Map([['A', '1']]))).toBe(`${text}\n`);
    expect(withValues(text, new Map([['B', '2']]))).toBe('# A=comment\nA=1\n\nB=2\nC=`one\nB=two`\nD=last\n');
    expect(withValues(text, new Map<string, string | null>([['C', null]]))).toBe(
      '# A=comment\nA=1\n\n  export B = "x # y" # why\nD=last\n',
    );
    expect(withValues(text, new Map([['E', 'new']]))).toBe(`${text}\nE=new\n`);
  });

  test('has one line for a changed variable that was assigned twice, and none for a removed one', () => {
    expect(withValues('A=1\nB=1\nA=2\n', new Map([['A', '3']]))).toBe('A=3\nB=1\n');
    const removed = new Map<string, string | null>([['A', null]]);
    expect(withValues('A=1\nB=1\nA=2\n', removed)).toBe('B=1\n');
  });

  test('has exactly the requested values after the change', () => {
    const name = fc.constantFrom('A', 'B', 'C');
    const line = fc.oneof(
      fc.tuple(name, writable).map(([key, value]) => withValues('', new Map([[key, value]]))),
      fc.constantFrom('\n', '# A=no\n'),
    );
    const requested = fc
      .dictionary(name, fc.option(writable))
      .map((entries) => new Map(Object.entries(entries)));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), requested, (lines, values) => {
        const before = valuesOf(lines.join(''));
        const after = valuesOf(withValues(lines.join(''), values));
        for (const key of ['A', 'B', 'C']) {
          const expected = values.has(key) ? values.get(key) : before.get(key);
          expect(after.get(key) ?? null).toBe(expected ?? null);
        }
      }),
    );
  });

  test('with an invalid line is reported with the line number', () => {
    expect(unreadableLine('# one\nA="two\nthree"\n\nB=5')).toBeUndefined();
    expect(unreadableLine('# one\nA="two\nthree"\nfour\nB=5')).toBe(4);
    expect(unreadableLine('<<<<<<< HEAD\nA=1\n')).toBe(1);
    expect(unreadableLine('A=1\n  # Node reads this as part of the next name\nB=1\n')).toBe(2);
    expect(unreadableLine('A=1\r\n\r\n\tB=1\r\n')).toBe(3);
  });
});
