import { afterEach, describe, expect, test } from 'vitest';
import { createSmtpTransport } from '../../../apps/server/src/notifications/mail/smtp-transport.ts';
import { type ScriptedSmtp, type SmtpMoment, startScriptedSmtp } from '../../support/jobs/scripted-smtp.ts';
import { testMail } from '../../support/jobs/test-mail.ts';

let server: ScriptedSmtp;
let begun = 0;
afterEach(() => server.close());

async function converse(script: Partial<Record<SmtpMoment, string | null>>) {
  server = await startScriptedSmtp(script);
  begun = 0;
  return send();
}

function send(signal = new AbortController().signal) {
  return createSmtpTransport(server.url).send(testMail, {
    signal,
    async begin() {
      begun += 1;
    },
  });
}

test('a successful conversation has all steps in order', async () => {
  expect(await converse({})).toEqual({ kind: 'sent' });
  expect(server.steps).toEqual(['greeting', 'EHLO', 'MAIL FROM', 'RCPT TO', 'DATA', 'content']);
  expect(begun).toBe(1);
});

describe('a temporary failure', () => {
  test.each<[SmtpMoment, string]>([
    ['greeting', '421 4.7.0 too many connections'],
    ['MAIL FROM', '421 4.7.0 too fast'],
    ['MAIL FROM', '451 4.7.1 try again later'],
    ['RCPT TO', '450 4.2.1 that mailbox gets mail too quickly'],
    ['RCPT TO', '452 4.5.3 too many recipients'],
    ['DATA', '421 4.3.2 shutting down'],
    ['DATA', '454 4.7.0 Throttling failure: Maximum sending rate exceeded'],
  ])('at %s with %s means not sent, and its reply is stored', async (moment, reply) => {
    const result = await converse({ [moment]: reply });
    expect(result).toEqual({ kind: 'not-sent', reason: expect.stringContaining(reply.slice(0, 3)) });
    expect([begun, server.steps.includes('content')]).toEqual([0, false]);
  });

  test.each(['421 4.3.2 shutting down', '451 4.3.0 local error', '452 4.3.1 no room'])(
    'after the content with %s means not sent, not unknown',
    async (reply) => {
      const result = await converse({ content: reply });
      expect(result).toEqual({ kind: 'not-sent', reason: expect.stringContaining(reply.slice(0, 3)) });
      expect(begun).toBe(1);
    },
  );
});

describe('a permanent failure', () => {
  test.each<[SmtpMoment, string, 'refused' | 'not-sent']>([
    ['RCPT TO', '550 5.1.1 no such user', 'refused'],
    ['content', '554 5.7.1 this is spam', 'refused'],
    ['MAIL FROM', '553 5.7.1 not your address', 'not-sent'],
    ['greeting', '554 5.7.1 you are on a list', 'not-sent'],
  ])('at %s with %s means %s', async (moment, reply, kind) => {
    expect(await converse({ [moment]: reply })).toMatchObject({ kind });
  });
});

describe('losing the lease on a slow server', () => {
  test.each<SmtpMoment>(['greeting', 'MAIL FROM', 'RCPT TO', 'DATA'])(
    'at %s sends nothing and rejects with the reason of the abort',
    async (moment) => {
      server = await startScriptedSmtp({ [moment]: null });
      begun = 0;
      const lost = new Error('the lease was lost');
      const abortion = new AbortController();
      const sending = send(abortion.signal);
      sending.catch(() => {});
      await server.reached(moment);
      abortion.abort(lost);
      await expect(sending).rejects.toBe(lost);
      expect([begun, server.steps.includes('content')]).toEqual([0, false]);
    },
  );

  test('after the content leaves the outcome unknown', async () => {
    server = await startScriptedSmtp({ content: null });
    begun = 0;
    const abortion = new AbortController();
    const sending = send(abortion.signal);
    await server.reached('content');
    abortion.abort(new Error('the lease was lost'));
    expect(await sending).toMatchObject({ kind: 'unknown' });
    expect(begun).toBe(1);
  });
});
