import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import type { Readable } from 'node:stream';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';

/** An SMTP server on 127.0.0.1 that stores mails and can simulate failures. */
export type MailServer = {
  readonly url: string;
  /** The accepted mails, in the order of the replies. */
  readonly mails: readonly Email[];
  /** Number of mails whose content has arrived and awaits a reply. */
  readonly waiting: number;
  /** Number of connections so far. */
  readonly callers: number;
  /** Number of open connections. */
  readonly open: number;
  /** Delays greetings until the returned function is called. */
  holdGreeting(): () => void;
  /** Delays replies to content until the returned function is called. */
  hold(): () => void;
  /** Replies to all content with this code; null restores the default. */
  answer(code: number | null): void;
  /** Resets all connections without a reply. */
  cut(): void;
  /** Deletes the stored mails and restores the default reply, for the next test of a file. */
  clear(): void;
  stop(): Promise<void>;
  /** Starts again at the same address. */
  start(): Promise<void>;
};

export async function startMailServer(): Promise<MailServer> {
  const mails: Email[] = [];
  let server: SMTPServer | undefined;
  let port = 0;
  let held: Promise<void> | null = null;
  let greeting: Promise<void> | null = null;
  let callers = 0;
  let code: number | null = null;
  let waiting = 0;
  const sockets = new Set<Socket>();

  /** Stores the mail, or returns the error to reply with. */
  async function receive(stream: Readable): Promise<Error | null> {
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    const mail = await PostalMime.parse(Buffer.concat(chunks));
    waiting += 1;
    await held;
    waiting -= 1;
    if (code !== null) return Object.assign(new Error('not today'), { responseCode: code });
    mails.push(mail);
    return null;
  }

  async function start(): Promise<void> {
    server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      closeTimeout: 1,
      logger: false,
      onConnect(_session, callback) {
        callers += 1;
        void Promise.resolve(greeting).then(() => callback());
      },
      onData(stream, _session, callback) {
        receive(stream).then(
          (error) => callback(error),
          // The sender disconnected before the end of the content, so there is no reply.
          () => {},
        );
      },
    });
    // Some tests kill the sender during a conversation.
    server.on('error', () => {});
    server.server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
    server.listen(port, '127.0.0.1');
    await once(server.server, 'listening');
    port = (server.server.address() as AddressInfo).port;
  }

  await start();
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    get waiting() {
      return waiting;
    },
    get open() {
      return sockets.size;
    },
    get callers() {
      return callers;
    },
    holdGreeting() {
      const gate = makeGate();
      greeting = gate.promise;
      return () => {
        greeting = null;
        gate.open();
      };
    },
    hold() {
      const gate = makeGate();
      held = gate.promise;
      return () => {
        held = null;
        gate.open();
      };
    },
    answer(next) {
      code = next;
    },
    cut() {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    clear() {
      mails.length = 0;
      callers = 0;
      code = null;
    },
    async stop() {
      const stopped = server;
      server = undefined;
      if (stopped !== undefined) await new Promise<void>((resolve) => stopped.close(() => resolve()));
    },
    start,
  };
}

function makeGate(): { promise: Promise<void>; open(): void } {
  let open: () => void = () => {};
  const promise = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { promise, open };
}
