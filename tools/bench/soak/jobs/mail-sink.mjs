import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { SMTPServer } from 'smtp-server';

/** A mail that was said yes to. @typedef {{ messageId: string, atMs: number }} ReceivedMail */

/**
 * An SMTP server that takes its time over each mail, so that somebody is always in the middle of one.
 *
 * @param {{ takesMs: () => number }} options
 */
export async function startMailSink({ takesMs }) {
  /** @type {ReceivedMail[]} */
  const mails = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    closeTimeout: 1,
    logger: false,
    onData(stream, _session, callback) {
      take(stream).then(
        () => callback(),
        // The sender has gone before its end: no server takes half a mail.
        () => {},
      );
    },
  });
  // Workers are killed in the middle of conversations.
  server.on('error', () => {});

  /** @param {import('node:stream').Readable} stream */
  async function take(stream) {
    let head = '';
    for await (const part of stream) {
      if (!head.includes('\r\n\r\n')) head += part.toString('latin1');
    }
    await delay(takesMs());
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
