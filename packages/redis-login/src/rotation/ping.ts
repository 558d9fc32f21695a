import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';

export type ServerAddress = {
  host: string;
  port: number;
  /** With the certificate checked against the name. */
  tls: boolean;
};

const longestAnswer = 4096;

/**
 * Logs in on a new connection and sends PING. Rejects with the server's error, or why there was no answer within
 * `timeoutMs`; never with the password. Two commands need no client library, so that what runs on AWS stays small.
 */
export function ping({ host, port, tls }: ServerAddress, password: string, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = tls ? connectTls({ host, port, servername: host }) : connect({ host, port });
    const end = (error?: Error): void => {
      clearTimeout(timer);
      socket.destroy();
      if (error === undefined) resolve();
      else reject(error);
    };
    const timer = setTimeout(() => end(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    let answer = '';
    socket.on('error', (error: NodeJS.ErrnoException) => end(new Error(error.code ?? error.message)));
    socket.on('close', () => end(new Error('the connection was closed')));
    socket.setEncoding('utf8').on('data', (text: string) => {
      answer += text;
      const [login, pong] = answer.split('\r\n');
      if (answer.startsWith('-')) end(new Error(codeOf(login ?? '')));
      else if (answer.startsWith('+OK\r\n+PONG\r\n')) end();
      else if (answer.length > longestAnswer || (pong ?? '').startsWith('-'))
        end(new Error(codeOf(pong ?? '')));
    });
    socket.write(command('AUTH', password) + command('PING'));
  });
}

/** The first word of an error is its code; what follows may repeat what was sent. */
function codeOf(line: string): string {
  return /^-([A-Z]+)\b/.exec(line)?.[1] ?? 'an answer that is none';
}

function command(...words: string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;
}
