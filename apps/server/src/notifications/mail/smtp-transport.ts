/**
 * Mail over SMTP (RFC 5321), one connection per mail. Uses nodemailer's SMTPConnection instead of its transport,
 * because only the connection shows how far a failed attempt got. Before the server requests the content, nothing was
 * sent. After that, a lost connection leaves the outcome unknown, and only a reply of the server decides it.
 */
import { Readable } from 'node:stream';
import MailComposer from 'nodemailer/lib/mail-composer';
import { parseConnectionUrl } from 'nodemailer/lib/shared';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { Mail, MailResult, MailTransport } from './mail.ts';

/** Timeouts, in ms: to connect, for the greeting, for DNS, and without activity on the socket. */
const timeouts = {
  connectionTimeout: 10_000,
  greetingTimeout: 10_000,
  dnsTimeout: 10_000,
  socketTimeout: 30_000,
};

/** Time limit of one mail, in ms, also for a server that keeps sending a few bytes. */
const maxMs = 120_000;

/**
 * `url` is smtp:// or smtps://, with user and password if the server requires them. A password is sent over TLS only,
 * unless the address ends with ?ignoreTLS=true.
 */
export function createSmtpTransport(url: string): MailTransport {
  const { auth, ...server } = parseConnectionUrl(url);
  return {
    async send(mail, attempt) {
      const message = new MailComposer(mailOptions(mail)).compile();
      const content = await message.build();
      const { from, to } = message.getEnvelope();
      // requireTLS=false in the address does not count.
      const requireTLS =
        server['requireTLS'] === true || (auth !== undefined && server['ignoreTLS'] !== true);
      const connection = new SMTPConnection({ ...timeouts, ...server, requireTLS });
      let contentAsked = false;
      // nodemailer reads the stream only after the server has requested the content.
      async function* contentOnceBegun() {
        await attempt.begin();
        contentAsked = true;
        yield content;
      }
      const body = Readable.from(contentOnceBegun());
      try {
        const signal = AbortSignal.any([attempt.signal, AbortSignal.timeout(maxMs)]);
        await converse(connection, signal, async (step) => {
          await step((done) => connection.connect(done));
          if (auth !== undefined) await step((done) => connection.login(auth, done));
          await step((done) => connection.send({ from, to }, body, done));
        });
        return { kind: 'sent' };
      } catch (error) {
        if (!contentAsked && attempt.signal.aborted) throw attempt.signal.reason;
        return resultOf(error, contentAsked);
      } finally {
        body.destroy();
        connection.close();
      }
    },
  };
}

function mailOptions({ to, calendar, replyTo, unsubscribeUrl, ...mail }: Mail) {
  return {
    ...mail,
    // An address object, so that commas in the text do not create several recipients.
    to: { name: '', address: to },
    ...(replyTo === null ? {} : { replyTo }),
    // RFC 3834: prevents automatic replies.
    headers: {
      'Auto-Submitted': 'auto-generated',
      // RFC 2369.
      ...(unsubscribeUrl === undefined ? {} : { 'List-Unsubscribe': `<${unsubscribeUrl}>` }),
    },
    attachments: calendar === null ? [] : [calendarAttachment(calendar)],
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

function calendarAttachment(calendar: string) {
  const method = /^METHOD:([A-Z]+)/m.exec(calendar)?.[1] ?? 'PUBLISH';
  return {
    filename: 'booking.ics',
    content: calendar,
    contentType: `text/calendar; charset=utf-8; method=${method}`,
  };
}

type Done = (error?: Error | null) => void;
type Step = (begin: (done: Done) => void) => Promise<void>;

/** Runs steps in sequence. An error of the connection or an abort rejects the current step. */
async function converse(
  connection: SMTPConnection,
  signal: AbortSignal,
  steps: (step: Step) => Promise<void>,
): Promise<void> {
  let fail: (error: Error) => void = () => {};
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failed.catch(() => {});
  connection.on('error', fail);
  const onAbort = (): void => fail(signal.reason as Error);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    signal.throwIfAborted();
    await steps((begin) => {
      const finished = new Promise<void>((resolve, reject) => {
        begin((error) => (error ? reject(error) : resolve()));
      });
      return Promise.race([finished, failed]);
    });
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function resultOf(error: unknown, contentAsked: boolean): MailResult {
  const { message, permanent, responseCode, command } = error as Error & {
    permanent?: boolean;
    responseCode?: number;
    command?: string;
  };
  // Server replies can be long.
  const reason = message.slice(0, 300);
  // A reply is the server's decision. 5xx for the recipient or the content is permanent. 5xx for the login or the
  // sender is a configuration error, which operators can fix.
  if (responseCode !== undefined) {
    const isOfThisMail = command === 'RCPT TO' || command === 'DATA';
    return { kind: permanent === true && isOfThisMail ? 'refused' : 'not-sent', reason };
  }
  return { kind: contentAsked ? 'unknown' : 'not-sent', reason };
}
