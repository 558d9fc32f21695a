/** A reply of the server. An error within an array is returned as a string. */
export type Reply = string | number | null | readonly Reply[];

/** An error reply, as the line that the server sent. */
export type ErrorReply = { readonly error: string };

/** Encodes a command in RESP, the Redis protocol. */
export function encodeCommand(words: readonly string[]): Buffer {
  const parts = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
  return Buffer.from(`*${words.length}\r\n${parts.join('')}`);
}

/** The bytes are not RESP. */
export class InvalidRespError extends Error {
  override readonly name = 'InvalidRespError';

  constructor() {
    super('The server does not use the Redis protocol.');
  }
}

/** Larger than any reply of the commands sent here. */
const maxReplyBytes = 4 * 1024 * 1024;
const maxDepth = 8;

/** Parses a stream of bytes into RESP 2 replies. */
export class RespReader {
  #bytes: Buffer = Buffer.alloc(0);

  /** Returns the replies that are complete now. Throws InvalidRespError. */
  push(chunk: Buffer): (Reply | ErrorReply)[] {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    if (this.#bytes.length > maxReplyBytes) throw new InvalidRespError();
    const replies: (Reply | ErrorReply)[] = [];
    for (;;) {
      const found = read(this.#bytes, 0, 0);
      if (found === undefined) return replies;
      replies.push(found.value);
      this.#bytes = this.#bytes.subarray(found.end);
    }
  }
}

type Found = { value: Reply | ErrorReply; end: number };

/** The value that begins at `start`, or undefined when it is incomplete. */
function read(bytes: Buffer, start: number, depth: number): Found | undefined {
  if (start >= bytes.length) return undefined;
  const kind = String.fromCharCode(bytes[start] ?? 0);
  if (!'+-:$*'.includes(kind) || depth > maxDepth) throw new InvalidRespError();
  const lineEnd = bytes.indexOf('\r\n', start);
  if (lineEnd < 0) return undefined;
  const line = bytes.toString('utf8', start + 1, lineEnd);
  const next = lineEnd + 2;
  if (kind === '+') return { value: line, end: next };
  if (kind === '-') return { value: { error: line }, end: next };
  const number = Number(line);
  if (!/^-?\d{1,19}$/.test(line)) throw new InvalidRespError();
  if (kind === ':') return { value: number, end: next };
  if (number < 0) return { value: null, end: next };
  return kind === '$' ? readText(bytes, next, number) : readArray(bytes, next, number, depth);
}

function readText(bytes: Buffer, start: number, length: number): Found | undefined {
  const end = start + length;
  if (length > maxReplyBytes) throw new InvalidRespError();
  if (bytes.length < end + 2) return undefined;
  return { value: bytes.toString('utf8', start, end), end: end + 2 };
}

function readArray(bytes: Buffer, start: number, length: number, depth: number): Found | undefined {
  const items: Reply[] = [];
  let end = start;
  for (let index = 0; index < length; index += 1) {
    const found = read(bytes, end, depth + 1);
    if (found === undefined) return undefined;
    items.push(isErrorReply(found.value) ? found.value.error : found.value);
    end = found.end;
  }
  return { value: items, end };
}

export function isErrorReply(value: Reply | ErrorReply): value is ErrorReply {
  return typeof value === 'object' && value !== null && 'error' in value;
}
