import { connect, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { RedisError, type Reply, readReply } from './resp.ts';

export type ServerAddress = {
  host: string;
  port: number;
  /** TLS with verification of the certificate and the host name. */
  tls: boolean;
};

/** CLUSTER SLOTS of 500 nodes with host names is a tenth of this. */
const maxReplyBytes = 1024 * 1024;

/**
 * Authenticates on a new connection, sends one command and returns its reply. Rejects with the server's error code,
 * or with the reason why there was no response within `timeoutMs`; the error never contains the password. It uses no
 * client library, which keeps the Lambda function small.
 */
export function sendCommand(
  { host, port, tls }: ServerAddress,
  password: string,
  words: readonly string[],
  timeoutMs: number,
): Promise<Exclude<Reply, RedisError>> {
  return new Promise((resolve, reject) => {
    const socket = tls
      ? connectTls({ host, port, ...(isIP(host) === 0 ? { servername: host } : {}) })
      : connect({ host, port });
    const end = (work: () => void): void => {
      clearTimeout(timer);
      socket.destroy();
      work();
    };
    const fail = (reason: string): void => end(() => reject(new Error(reason)));
    const timer = setTimeout(() => fail(`no response within ${timeoutMs} ms`), timeoutMs);
    let text = '';
    socket.on('error', (error: NodeJS.ErrnoException) => fail(error.code ?? error.message));
    socket.on('close', () => fail('the connection was closed'));
    // latin1 has one character per byte, and RESP lengths are in bytes.
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      text += chunk;
      if (text.length > maxReplyBytes) return fail('the response is too long');
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

/** Undefined while the reply is incomplete. */
function replyAfterLogin(text: string): Exclude<Reply, RedisError> | undefined {
  const login = readReply(text);
  if (login === null) return undefined;
  if (login.reply instanceof RedisError) throw login.reply;
  const result = readReply(text, login.end);
  if (result === null) return undefined;
  if (result.reply instanceof RedisError) throw result.reply;
  return result.reply;
}

function command(...words: string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;
}
