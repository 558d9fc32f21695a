import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { SMTPServer } from 'smtp-server';

/** An accepted mail. @typedef {{ messageId: string, atMs: number }} ReceivedMail */

/**
 * Starts an SMTP server that delays each mail, so that there is nearly always a worker that is sending one.
 *
 * @param {{ delayMs: () => number }} options
 */
export async function startMailSink({ delayMs }) {
  /** @type {ReceivedMail[]} */
  const mails = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    closeTimeout: 1,
    logger: false,
    onData(stream, _session, callback) {
      receive(stream).then(
        () => callback(),
        // The sender has disconnected: an incomplete mail is not accepted.
        () => {},
      );
    },
  });
  // Workers are killed in the middle of conversations.
  server.on('error', () => {});

  /** @param {import('node:stream').Readable} stream */
  async function receive(stream) {
    let head = '';
    for await (const part of stream) {
      if (!head.includes('\r\n\r\n')) head += part.toString('latin1');
    }
    await delay(delayMs());
    mails.push({ messageId: /^message-id: <(.+)@/im.exec(head)?.[1] ?? '', atMs: Date.now() });
  }

  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.server.address());
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails: /** @type {readonly ReceivedMail[]} */ (mails),
    stop: () => /** @type {Promise<void>} */ (new Promise((resolve) => server.close(() => resolve()))),
  };
}
