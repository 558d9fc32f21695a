/**
 * Mail over SMTP (RFC 5321), one conversation for each mail, by nodemailer's connection rather than its transport: only
 * the conversation itself shows how far it came. Until the server has asked for the content nothing was sent; from then
 * on a lost connection leaves it unknown, and only the server's own word says otherwise.
 */
import { Readable } from 'node:stream';
import MailComposer from 'nodemailer/lib/mail-composer';
import { parseConnectionUrl } from 'nodemailer/lib/shared';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { Mail, MailResult, MailTransport } from './mail.ts';

/** Longest silences, in ms: to connect, for the greeting, and for any reply. */
const silence = {
  connectionTimeout: 10_000,
  greetingTimeout: 10_000,
  dnsTimeout: 10_000,
  socketTimeout: 30_000,
};

/** Longest conversation in all, in ms: a server that keeps dropping a byte now and then is given up too. */
const maxMs = 120_000;

/**
 * `url` is smtp:// or smtps://, with user and password where the server wants them. A password goes over TLS or not at
 * all, unless the address ends with ?ignoreTLS=true.
 */
export function createSmtpTransport(url: string): MailTransport {
  const { auth, ...server } = parseConnectionUrl(url);
  return {
    async send(mail, attempt) {
      const message = new MailComposer(mailOptions(mail)).compile();
      const content = await message.build();
      const { from, to } = message.getEnvelope();
      const requireTLS = auth !== undefined && server['ignoreTLS'] !== true;
      const connection = new SMTPConnection({ ...silence, requireTLS, ...server });
      let contentAsked = false;
      // nodemailer reads the stream when the server has asked for the content, and not before.
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
    // As one address, whatever stands in it.
    to: { name: '', address: to },
    ...(replyTo === null ? {} : { replyTo }),
    // What a mail program does not answer by itself: RFC 3834.
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

/** Runs steps one after another; an error of the connection or an abort ends the step under way. */
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
  // Never the whole of it: replies of servers can be long.
  const reason = message.slice(0, 300);
  // A reply is the server's decision. 5xx to the recipient or the content is for good; to a login or to our own address
  // it is a fault of the installation, which somebody will mend.
  if (responseCode !== undefined) {
    const isOfThisMail = command === 'RCPT TO' || command === 'DATA';
    return { kind: permanent === true && isOfThisMail ? 'refused' : 'not-sent', reason };
  }
  return { kind: contentAsked ? 'unknown' : 'not-sent', reason };
}
