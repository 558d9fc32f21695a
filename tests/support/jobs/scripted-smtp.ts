import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** The moments of a conversation at which a server decides something. */
export type SmtpMoment = 'greeting' | 'EHLO' | 'MAIL FROM' | 'RCPT TO' | 'DATA' | 'content';

export type ScriptedSmtp = {
  readonly url: string;
  /** Commands and contents that came, in order. */
  readonly heard: readonly SmtpMoment[];
  /** Settles when the server has come to that moment, whatever it then says. */
  reached(moment: SmtpMoment): Promise<void>;
  close(): Promise<void>;
};

const usual: Record<SmtpMoment, string> = {
  greeting: '220 me',
  EHLO: '250 me',
  'MAIL FROM': '250 ok',
  'RCPT TO': '250 ok',
  DATA: '354 go on',
  content: '250 taken',
};
const commands = ['EHLO', 'MAIL FROM', 'RCPT TO', 'DATA'] as const;

/**
 * An SMTP server on 127.0.0.1 that follows a script: at a named moment it says other words than the usual ones, and after
 * 421 it closes, as RFC 5321 (3.8) has it. null: it says nothing at all.
 */
export async function startScriptedSmtp(
  script: Partial<Record<SmtpMoment, string | null>>,
): Promise<ScriptedSmtp> {
  const heard: SmtpMoment[] = [];
  const waiters = new Map<SmtpMoment, () => void>();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // A client that leaves in the middle is what some tests are about.
    socket.on('error', () => {});
    const say = (moment: SmtpMoment): void => {
      heard.push(moment);
      waiters.get(moment)?.();
      const words = script[moment] === undefined ? usual[moment] : script[moment];
      if (words === null) return;
      if (words.startsWith('421')) socket.end(`${words}\r\n`);
      else socket.write(`${words}\r\n`);
      if (moment === 'DATA') inContent = words.startsWith('354');
    };
    let inContent = false;
    let buffered = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      buffered += chunk;
      for (;;) {
        const end = buffered.indexOf(inContent ? '\r\n.\r\n' : '\r\n');
        if (end < 0) return;
        const piece = buffered.slice(0, end);
        buffered = buffered.slice(end + (inContent ? 5 : 2));
        if (inContent) {
          inContent = false;
          say('content');
          continue;
        }
        const command = commands.find((name) => piece.toUpperCase().startsWith(name));
        if (command !== undefined) say(command);
        else socket.write('250 ok\r\n');
      }
    });
    say('greeting');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    reached: (moment) =>
      heard.includes(moment)
        ? Promise.resolve()
        : new Promise((resolve) => {
            waiters.set(moment, resolve);
          }),
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
