import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RedisError, type Reply, readReply } from './resp.ts';

/** Encodes a reply like a server. */
function encode(reply: Reply): string {
  if (reply === null) return '$-1\r\n';
  if (typeof reply === 'number') return `:${reply}\r\n`;
  if (typeof reply === 'string') return `$${reply.length}\r\n${reply}\r\n`;
  if (reply instanceof RedisError) return `-${reply.message} and a message\r\n`;
  return `*${reply.length}\r\n${reply.map(encode).join('')}`;
}

const replies = fc.letrec<{ reply: Reply }>((tie) => ({
  reply: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.integer(),
    fc.string({ unit: 'binary-ascii' }),
    fc.constant(new RedisError('WRONGPASS')),
    fc.array(tie('reply'), { maxLength: 4 }),
  ),
})).reply;

test('decodes a reply and returns its end', () => {
  fc.assert(
    fc.property(replies, fc.string(), (reply, rest) => {
      const text = encode(reply);
      expect(readReply(text + rest)).toEqual({ reply, end: text.length });
    }),
  );
});

test('returns null for an incomplete reply', () => {
  fc.assert(
    fc.property(replies, fc.nat(), (reply, cut) => {
      const text = encode(reply);
      expect(readReply(text.slice(0, cut % text.length))).toBeNull();
    }),
  );
});

test('keeps only the code of an error', () => {
  const { reply } = readReply('-WRONGPASS invalid username-password pair: secret\r\n') ?? {};
  expect(reply).toBeInstanceOf(RedisError);
  expect((reply as RedisError).message).toBe('WRONGPASS');
});

test.each([
  ['a response of another protocol', 'HTTP/1.1 400 Bad Request\r\n'],
  ['an invalid length', '*2\r\n$x\r\n'],
  ['arrays nested too deeply', '*1\r\n'.repeat(9)],
])('rejects %s', (_, text) => {
  expect(() => readReply(text)).toThrow('the response is invalid');
});
