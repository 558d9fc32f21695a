import type { Socket } from 'node:net';
import { type ErrorReply, encodeCommand, isErrorReply, type Reply, RespReader } from './resp.ts';

/** The server replied an error. `code` is its first word, such as WRONGPASS; `text` holds no secret. */
export class RedisReplyError extends Error {
  override readonly name = 'Refused';
  readonly code: string;
  readonly text: string;

  constructor(text: string) {
    super(text);
    this.text = text;
    this.code = text.split(' ', 1)[0] ?? '';
  }
}

/** The connection ended, or what came is no answer of Redis. `reason` is an error code, or says it in words. */
export class ConnectionBrokenError extends Error {
  override readonly name = 'ConnectionBrokenError';
  readonly reason: string;

  constructor(reason: string) {
    super(`the connection broke (${reason})`);
    this.reason = reason;
  }
}

/** No answer came in time. */
export class ReplyTimeoutError extends Error {
  override readonly name = 'ReplyTimeoutError';
  readonly waitedMs: number;

  constructor(waitedMs: number) {
    super(`no answer within ${waitedMs} ms`);
    this.waitedMs = waitedMs;
  }
}

type Waiting = { resolve: (reply: Reply) => void; reject: (error: Error) => void };

const maxReportedLength = 200;

/** A conversation with a Redis server over an open socket: one command, one reply, each within a deadline. */
export class RedisConnection {
  readonly #socket: Socket;
  readonly #secrets: readonly string[];
  readonly #reader = new RespReader();
  readonly #waiting: Waiting[] = [];
  #ended: ConnectionBrokenError | undefined;

  /** `secrets` are taken out of whatever the server says: some servers repeat what they were sent. */
  constructor(socket: Socket, secrets: readonly string[]) {
    this.#socket = socket;
    this.#secrets = secrets;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#hear(chunk));
    socket.on('error', (error: NodeJS.ErrnoException) => this.#end(error.code ?? 'the stream failed'));
    socket.on('close', () => this.#end('closed by the server'));
  }

  /** Throws Refused for an error reply, ConnectionBrokenError or ReplyTimeoutError when there is none. */
  ask(timeoutMs: number, ...words: readonly string[]): Promise<Reply> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new ReplyTimeoutError(timeoutMs));
        // The next reply would be taken for the answer to another question.
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

  #hear(chunk: Buffer): void {
    let replies: (Reply | ErrorReply)[];
    try {
      replies = this.#reader.push(chunk);
    } catch {
      this.#end('no answer of Redis');
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
      .reduce((told, secret) => told.replaceAll(secret, '***'), own)
      .slice(0, maxReportedLength);
  }
}
