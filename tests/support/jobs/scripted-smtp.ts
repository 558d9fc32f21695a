import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** The steps of a conversation to which the server replies. */
export type SmtpMoment = 'greeting' | 'EHLO' | 'MAIL FROM' | 'RCPT TO' | 'DATA' | 'content';

export type ScriptedSmtp = {
  readonly url: string;
  /** The steps that the server has reached, in order. */
  readonly steps: readonly SmtpMoment[];
  /** Resolves when the server has reached the step, before its reply. */
  reached(moment: SmtpMoment): Promise<void>;
  close(): Promise<void>;
};

const defaultReplies: Record<SmtpMoment, string> = {
  greeting: '220 me',
  EHLO: '250 me',
  'MAIL FROM': '250 ok',
  'RCPT TO': '250 ok',
  DATA: '354 go on',
  content: '250 accepted',
};
const commands = ['EHLO', 'MAIL FROM', 'RCPT TO', 'DATA'] as const;

/**
 * Starts an SMTP server on 127.0.0.1 with scripted replies, which override the default ones. It closes the connection
 * after 421 (RFC 5321, section 3.8). null: it does not reply.
 */
export async function startScriptedSmtp(
  script: Partial<Record<SmtpMoment, string | null>>,
): Promise<ScriptedSmtp> {
  const steps: SmtpMoment[] = [];
  const waiters = new Map<SmtpMoment, () => void>();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // Some tests disconnect during a conversation.
    socket.on('error', () => {});
    const reply = (moment: SmtpMoment): void => {
      steps.push(moment);
      waiters.get(moment)?.();
      const text = script[moment] === undefined ? defaultReplies[moment] : script[moment];
      if (text === null) return;
      if (text.startsWith('421')) socket.end(`${text}\r\n`);
      else socket.write(`${text}\r\n`);
      if (moment === 'DATA') inContent = text.startsWith('354');
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
          reply('content');
          continue;
        }
        const command = commands.find((name) => piece.toUpperCase().startsWith(name));
        if (command !== undefined) reply(command);
        else socket.write('250 ok\r\n');
      }
    });
    reply('greeting');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    steps,
    reached: (moment) =>
      steps.includes(moment)
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
