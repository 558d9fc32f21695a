/** Redis replies in RESP2, https://redis.io/docs/latest/develop/reference/protocol-spec. */
export type Reply = string | number | null | RedisError | readonly Reply[];

/** The message is only the error code, because the rest of a Redis error can repeat the command. */
export class RedisError extends Error {}

type Decoded<T> = { readonly reply: T; readonly end: number };

/** Error message for a response that violates the protocol or has an unexpected type. */
export const unreadable = 'the response is invalid';
/** CLUSTER SLOTS needs four. */
const maxDepth = 8;

/**
 * Decodes the reply at `from` and returns its end; null while the reply is incomplete. Throws Error if it is invalid.
 */
export function readReply(text: string, from = 0, depth = 0): Decoded<Reply> | null {
  const lineEnd = text.indexOf('\r\n', from);
  if (lineEnd < 0) return null;
  const line = text.slice(from + 1, lineEnd);
  const end = lineEnd + 2;
  switch (text[from]) {
    case '+':
      return { reply: line, end };
    case '-':
      return { reply: new RedisError(/^[A-Z]+\b/.exec(line)?.[0] ?? unreadable), end };
    case ':':
      return { reply: Number(line), end };
    case '$':
      return readBulk(text, parseLength(line), end);
    case '*':
      if (depth < maxDepth) return readArray(text, parseLength(line), end, depth + 1);
  }
  throw new Error(unreadable);
}

/** A length in bytes or a number of elements; -1 means null. */
function parseLength(line: string): number {
  if (!/^(-1|\d{1,9})$/.test(line)) throw new Error(unreadable);
  return Number(line);
}

function readBulk(text: string, length: number, from: number): Decoded<string | null> | null {
  if (length === -1) return { reply: null, end: from };
  const end = from + length;
  return text.length < end + 2 ? null : { reply: text.slice(from, end), end: end + 2 };
}

function readArray(
  text: string,
  count: number,
  from: number,
  depth: number,
): Decoded<readonly Reply[]> | null {
  const reply: Reply[] = [];
  let end = from;
  while (reply.length < count) {
    const item = readReply(text, end, depth);
    if (item === null) return null;
    reply.push(item.reply);
    end = item.end;
  }
  return { reply, end };
}
