import type { Socket } from 'node:net';
import { type ErrorReply, encodeCommand, isErrorReply, type Reply, RespReader } from './resp.ts';

/** The server sent an error reply. `code` is its first word, such as WRONGPASS; `text` contains no secret. */
export class RedisReplyError extends Error {
  override readonly name = 'RedisReplyError';
  readonly code: string;
  readonly text: string;

  constructor(text: string) {
    super(text);
    this.text = text;
    this.code = text.split(' ', 1)[0] ?? '';
  }
}

/** The connection closed, or the data is not RESP. `reason` is an error code or a phrase. */
export class ConnectionBrokenError extends Error {
  override readonly name = 'ConnectionBrokenError';
  readonly reason: string;

  constructor(reason: string) {
    super(`the connection broke (${reason})`);
    this.reason = reason;
  }
}

/** No reply arrived within the timeout. */
export class ReplyTimeoutError extends Error {
  override readonly name = 'ReplyTimeoutError';
  readonly waitedMs: number;

  constructor(waitedMs: number) {
    super(`no reply within ${waitedMs} ms`);
    this.waitedMs = waitedMs;
  }
}

/** The `reason` for data that is not RESP. */
export const notRedis = 'not a Redis reply';

type Waiting = { resolve: (reply: Reply) => void; reject: (error: Error) => void };

const maxReportedLength = 200;

/** A Redis connection over an open socket. Each command has one reply and a timeout. */
export class RedisConnection {
  readonly #socket: Socket;
  readonly #secrets: readonly string[];
  readonly #reader = new RespReader();
  readonly #waiting: Waiting[] = [];
  #ended: ConnectionBrokenError | undefined;

  /** `secrets` are removed from error replies, because some servers repeat the command. */
  constructor(socket: Socket, secrets: readonly string[]) {
    this.#socket = socket;
    this.#secrets = secrets;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('error', (error: NodeJS.ErrnoException) => this.#end(error.code ?? 'the stream failed'));
    socket.on('close', () => this.#end('closed by the server'));
  }

  /** Throws RedisReplyError for an error reply, ConnectionBrokenError or ReplyTimeoutError when there is no reply. */
  send(timeoutMs: number, ...words: readonly string[]): Promise<Reply> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new ReplyTimeoutError(timeoutMs));
        // A late reply would be taken for the reply to the next command.
        this.close();
      }, timeoutMs);
      const settle = (go: () => void): void => {
        clearTimeout(timer);
        go();
      };
      this.#waiting.push({
        resolve: (reply) => settle(() => resolve(reply)),
        reject: (error) => settle(() => reject(error)),
      });
      this.#socket.write(encodeCommand(words));
    });
  }

  get isOpen(): boolean {
    return this.#ended === undefined;
  }

  close(): void {
    this.#end('closed');
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    let replies: (Reply | ErrorReply)[];
    try {
      replies = this.#reader.push(chunk);
    } catch {
      this.#end(notRedis);
      this.#socket.destroy();
      return;
    }
    for (const reply of replies) {
      const waiting = this.#waiting.shift();
      if (isErrorReply(reply)) waiting?.reject(new RedisReplyError(this.#clean(reply.error)));
      else waiting?.resolve(reply);
    }
  }

  #end(reason: string): void {
    this.#ended ??= new ConnectionBrokenError(reason);
    for (const waiting of this.#waiting.splice(0)) waiting.reject(this.#ended);
  }

  #clean(text: string): string {
    const own = text.replace(/,? with args.*/s, '').replace(/[^\x20-\x7e]/g, '?');
    return this.#secrets
      .reduce((cleaned, secret) => cleaned.replaceAll(secret, '***'), own)
      .slice(0, maxReportedLength);
  }
}
