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
  test('are the same however their bytes are cut', () => {
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

  test('that are errors are told apart, within lists as text', () => {
    expect(new RespReader().push(bytes('-ERR no\r\n+OK\r\n*2\r\n-ERR no\r\n:1\r\n'))).toEqual([
      { error: 'ERR no' },
      'OK',
      ['ERR no', 1],
    ]);
  });

  test.each([
    ['HTTP', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
    ['an alert of TLS', '\u0015\u0003\u0001'],
    ['a length that is none', '$many\r\n'],
    ['a text of a gigabyte', '$1073741824\r\n'],
    ['lists without an end', '*1\r\n'.repeat(20)],
  ])('of something else are refused: %s', (_what, text) => {
    expect(() => new RespReader().push(bytes(text))).toThrow(InvalidRespError);
  });

  test('that never end are refused', () => {
    const reader = new RespReader();
    const piece = Buffer.alloc(1024 * 1024, 'x');
    expect(() => {
      reader.push(bytes('+'));
      for (let count = 0; count < 5; count += 1) reader.push(piece);
    }).toThrow(InvalidRespError);
  });
});

test('a command counts bytes, not characters', () => {
  expect(encodeCommand(['SET', 'é']).toString()).toBe('*2\r\n$3\r\nSET\r\n$2\r\né\r\n');
});
