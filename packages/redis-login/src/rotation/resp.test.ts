import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RedisError, type Reply, readReply } from './resp.ts';

/** As a server writes it. */
function written(reply: Reply): string {
  if (reply === null) return '$-1\r\n';
  if (typeof reply === 'number') return `:${reply}\r\n`;
  if (typeof reply === 'string') return `$${reply.length}\r\n${reply}\r\n`;
  if (reply instanceof RedisError) return `-${reply.message} with more to it\r\n`;
  return `*${reply.length}\r\n${reply.map(written).join('')}`;
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

test('a reply is read as it was written, up to where it ends', () => {
  fc.assert(
    fc.property(replies, fc.string(), (reply, rest) => {
      const text = written(reply);
      expect(readReply(text + rest)).toEqual({ reply, end: text.length });
    }),
  );
});

test('a reply that is not all there is none yet', () => {
  fc.assert(
    fc.property(replies, fc.nat(), (reply, cut) => {
      const text = written(reply);
      expect(readReply(text.slice(0, cut % text.length))).toBeNull();
    }),
  );
});

test('of an error the code is kept alone', () => {
  const { reply } = readReply('-WRONGPASS invalid username-password pair: secret\r\n') ?? {};
  expect(reply).toBeInstanceOf(RedisError);
  expect((reply as RedisError).message).toBe('WRONGPASS');
});

test.each([
  ['what is no reply', 'HTTP/1.1 400 Bad Request\r\n'],
  ['a length that is none', '*2\r\n$x\r\n'],
  ['lists in lists without an end', '*1\r\n'.repeat(9)],
])('%s is refused', (_, text) => {
  expect(() => readReply(text)).toThrow('an answer that is none');
});
