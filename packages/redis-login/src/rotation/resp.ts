/** Replies of Redis on the wire: RESP2, https://redis.io/docs/latest/develop/reference/protocol-spec. */
export type Reply = string | number | null | RedisError | readonly Reply[];

/** The message is the error's code alone: what follows it may repeat what was sent. */
export class RedisError extends Error {}

type Read<T> = { readonly reply: T; readonly end: number };

/** Why an answer was of no use: it is not what the protocol or the command has for one. */
export const unreadable = 'an answer that is none';
/** CLUSTER SLOTS has four. */
const deepest = 8;

/** The reply that begins at `from`, and where it ends. Null while it is not all there. Throws Error for what is none. */
export function readReply(text: string, from = 0, depth = 0): Read<Reply> | null {
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
      return readBulk(text, sizeIn(line), end);
    case '*':
      if (depth < deepest) return readArray(text, sizeIn(line), end, depth + 1);
  }
  throw new Error(unreadable);
}

/** A length in bytes or a count; -1 stands for none. */
function sizeIn(line: string): number {
  if (!/^(-1|\d{1,9})$/.test(line)) throw new Error(unreadable);
  return Number(line);
}

function readBulk(text: string, length: number, from: number): Read<string | null> | null {
  if (length === -1) return { reply: null, end: from };
  const end = from + length;
  return text.length < end + 2 ? null : { reply: text.slice(from, end), end: end + 2 };
}

function readArray(text: string, count: number, from: number, depth: number): Read<readonly Reply[]> | null {
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
