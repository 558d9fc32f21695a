import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import type { Readable } from 'node:stream';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';

/** A real SMTP server on 127.0.0.1 that keeps what it gets and can be told to misbehave. */
export type MailServer = {
  readonly url: string;
  /** The mails that it said yes to, in the order of its answers. */
  readonly mails: readonly Email[];
  /** Conversations in which the content has arrived and has not been answered. */
  readonly waiting: number;
  /** Conversations that were opened so far. */
  readonly callers: number;
  /** Conversations that are open. */
  readonly open: number;
  /** Greets nobody until the returned function is called. */
  holdGreeting(): () => void;
  /** Answers no content until the returned function is called. */
  hold(): () => void;
  /** Answers all content so, until it is called again with null. */
  answer(code: number | null): void;
  /** Cuts all conversations without a word. */
  cut(): void;
  /** Forgets what it has taken and how it was to answer: for the next test of a file. */
  forget(): void;
  /** Goes away. */
  stop(): Promise<void>;
  /** Comes back under the same address. */
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

  /** Keeps the mail, or gives the error to answer with. */
  async function take(stream: Readable): Promise<Error | null> {
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
        take(stream).then(
          (error) => callback(error),
          // The sender has gone before its end: no server takes half a mail.
          () => {},
        );
      },
    });
    // A client that is killed in the middle of a conversation is what some tests are about.
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
    forget() {
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
