import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeCommand, InvalidRespError, type Reply, RespReader } from './resp.ts';

const bytes = (text: string) => Buffer.from(text);

function encodeReply(reply: Reply): string {
  if (reply === null) return '$-1\r\n';
  if (typeof reply === 'number') return `:${reply}\r\n`;
  if (typeof reply === 'string') return `$${Buffer.byteLength(reply)}\r\n${reply}\r\n`;
  return `*${reply.length}\r\n${reply.map(encodeReply).join('')}`;
}

const reply: fc.Arbitrary<Reply> = fc.letrec<{ reply: Reply }>((tie) => ({
  reply: fc.oneof(
    { maxDepth: 3 },
    fc.string({ unit: 'grapheme' }),
    fc.integer(),
    fc.constant(null),
    fc.array(tie('reply'), { maxLength: 4 }),
  ),
})).reply;

describe('replies', () => {
  test('are the same for every split of their bytes into chunks', () => {
    fc.assert(
      fc.property(fc.array(reply, { maxLength: 4 }), fc.integer({ min: 1, max: 7 }), (replies, size) => {
        const reader = new RespReader();
        const all = bytes(replies.map(encodeReply).join(''));
        const read = [];
        for (let start = 0; start < all.length; start += size)
          read.push(...reader.push(all.subarray(start, start + size)));
        expect(read).toEqual(replies);
      }),
    );
  });

  test('that are errors are returned as errors, and within arrays as strings', () => {
    expect(new RespReader().push(bytes('-ERR no\r\n+OK\r\n*2\r\n-ERR no\r\n:1\r\n'))).toEqual([
      { error: 'ERR no' },
      'OK',
      ['ERR no', 1],
    ]);
  });

  test.each([
    ['HTTP', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
    ['a TLS alert', '\u0015\u0003\u0001'],
    ['an invalid length', '$many\r\n'],
    ['a string of one gigabyte', '$1073741824\r\n'],
    ['arrays nested too deeply', '*1\r\n'.repeat(20)],
  ])('of another protocol are rejected: %s', (_what, text) => {
    expect(() => new RespReader().push(bytes(text))).toThrow(InvalidRespError);
  });

  test('that exceed the size limit are rejected', () => {
    const reader = new RespReader();
    const piece = Buffer.alloc(1024 * 1024, 'x');
    expect(() => {
      reader.push(bytes('+'));
      for (let count = 0; count < 5; count += 1) reader.push(piece);
    }).toThrow(InvalidRespError);
  });
});

test('the length in a command is in bytes, not characters', () => {
  expect(encodeCommand(['SET', 'é']).toString()).toBe('*2\r\n$3\r\nSET\r\n$2\r\né\r\n');
});
