import { afterEach, describe, expect, test } from 'vitest';
import { createSmtpTransport } from '../../../apps/server/src/notifications/mail/smtp-transport.ts';
import { type ScriptedSmtp, type SmtpMoment, startScriptedSmtp } from '../../support/jobs/scripted-smtp.ts';

let server: ScriptedSmtp;
let begun = 0;
afterEach(() => server.close());

async function converse(script: Partial<Record<SmtpMoment, string | null>>) {
  server = await startScriptedSmtp(script);
  begun = 0;
  return send();
}

function send(signal = new AbortController().signal) {
  return createSmtpTransport(server.url).send(mail, {
    signal,
    async begin() {
      begun += 1;
    },
  });
}

const mail = {
  from: 'shop@example.com',
  to: 'zoe@example.com',
  replyTo: null,
  subject: 's',
  text: 't',
  html: '<p>h</p>',
  messageId: '<1@bookedbarber>',
  calendar: '',
};

test('the script tells the whole of a conversation that goes well', async () => {
  expect(await converse({})).toEqual({ kind: 'sent' });
  expect(server.heard).toEqual(['greeting', 'EHLO', 'MAIL FROM', 'RCPT TO', 'DATA', 'content']);
  expect(begun).toBe(1);
});

describe('a server that takes no more for now', () => {
  test.each<[SmtpMoment, string]>([
    ['greeting', '421 4.7.0 too many connections'],
    ['MAIL FROM', '421 4.7.0 too fast'],
    ['MAIL FROM', '451 4.7.1 try again later'],
    ['RCPT TO', '450 4.2.1 that mailbox gets mail too quickly'],
    ['RCPT TO', '452 4.5.3 too many recipients'],
    ['DATA', '421 4.3.2 shutting down'],
    ['DATA', '454 4.7.0 Throttling failure: Maximum sending rate exceeded'],
  ])('at %s, with %s: nothing was sent, it is tried again, and its words are kept', async (moment, words) => {
    const result = await converse({ [moment]: words });
    expect(result).toEqual({ kind: 'not-sent', reason: expect.stringContaining(words.slice(0, 3)) });
    expect([begun, server.heard.includes('content')]).toEqual([0, false]);
  });

  test.each(['421 4.3.2 shutting down', '451 4.3.0 local error', '452 4.3.1 no room'])(
    'after the whole content, with %s: it has said so itself, which is not unknown',
    async (words) => {
      const result = await converse({ content: words });
      expect(result).toEqual({ kind: 'not-sent', reason: expect.stringContaining(words.slice(0, 3)) });
      expect(begun).toBe(1);
    },
  );
});

describe('a server that says no for good', () => {
  test.each<[SmtpMoment, string, 'refused' | 'not-sent']>([
    ['RCPT TO', '550 5.1.1 no such user', 'refused'],
    ['content', '554 5.7.1 this is spam', 'refused'],
    ['MAIL FROM', '553 5.7.1 not your address', 'not-sent'],
    ['greeting', '554 5.7.1 you are on a list', 'not-sent'],
  ])('at %s, with %s: it is %s', async (moment, words, is) => {
    expect(await converse({ [moment]: words })).toMatchObject({ is });
  });
});

describe('a server that is slow', () => {
  test.each<SmtpMoment>(['greeting', 'MAIL FROM', 'RCPT TO', 'DATA'])(
    'at %s, longer than the claim lasts: nothing was sent, and the loss of the claim is passed on',
    async (moment) => {
      server = await startScriptedSmtp({ [moment]: null });
      begun = 0;
      const lost = new Error('the claim was lost');
      const abortion = new AbortController();
      const sending = send(abortion.signal);
      sending.catch(() => {});
      await server.reached(moment);
      abortion.abort(lost);
      await expect(sending).rejects.toBe(lost);
      expect([begun, server.heard.includes('content')]).toEqual([0, false]);
    },
  );

  test('after the content, longer than the claim lasts: whether it was taken is unknown', async () => {
    server = await startScriptedSmtp({ content: null });
    begun = 0;
    const abortion = new AbortController();
    const sending = send(abortion.signal);
    await server.reached('content');
    abortion.abort(new Error('the claim was lost'));
    expect(await sending).toMatchObject({ kind: 'unknown' });
    expect(begun).toBe(1);
  });
});
