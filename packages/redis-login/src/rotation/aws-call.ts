import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { RedisError, type Reply, readReply } from './resp.ts';

export type ServerAddress = {
  host: string;
  port: number;
  /** With the certificate checked against the name. */
  tls: boolean;
};

/** Of 500 nodes with their names it is a tenth of that. */
const maxReplyBytes = 1024 * 1024;

/**
 * Logs in on a new connection, sends one command and gives back its reply. Rejects with the code of the server's error, or
 * why there was no answer within `timeoutMs`; never with the password. It needs no client library, so that what runs on AWS
 * stays small.
 */
export function sendCommand(
  { host, port, tls }: ServerAddress,
  password: string,
  words: readonly string[],
  timeoutMs: number,
): Promise<Exclude<Reply, RedisError>> {
  return new Promise((resolve, reject) => {
    const socket = tls ? connectTls({ host, port, servername: host }) : connect({ host, port });
    const end = (work: () => void): void => {
      clearTimeout(timer);
      socket.destroy();
      work();
    };
    const fail = (reason: string): void => end(() => reject(new Error(reason)));
    const timer = setTimeout(() => fail(`no answer within ${timeoutMs} ms`), timeoutMs);
    let text = '';
    socket.on('error', (error: NodeJS.ErrnoException) => fail(error.code ?? error.message));
    socket.on('close', () => fail('the connection was closed'));
    // A character for each byte: lengths on the wire are in bytes.
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      text += chunk;
      if (text.length > maxReplyBytes) return fail('an answer that is too long');
      try {
        const reply = replyAfterLogin(text);
        if (reply !== undefined) end(() => resolve(reply));
      } catch (error) {
        end(() => reject(error));
      }
    });
    socket.write(command('AUTH', password) + command(...words));
  });
}

/** Undefined while it is not all there. */
function replyAfterLogin(text: string): Exclude<Reply, RedisError> | undefined {
  const login = readReply(text);
  if (login === null) return undefined;
  if (login.reply instanceof RedisError) throw login.reply;
  const answer = readReply(text, login.end);
  if (answer === null) return undefined;
  if (answer.reply instanceof RedisError) throw answer.reply;
  return answer.reply;
}

function command(...words: string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;
}
