import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Sms, SmsTransport } from '../../../apps/server/src/notifications/sms/sms.ts';
import { createSnsTransport } from '../../../apps/server/src/notifications/sms/sns-transport.ts';
import { createTwilioTransport } from '../../../apps/server/src/notifications/sms/twilio-transport.ts';
import {
  type SmsProviderServer,
  snsError,
  startSns,
  startTwilio,
  twilioAccount,
  twilioError,
} from '../../support/jobs/sms-providers.ts';

const sms: Sms = {
  id: 'm1',
  to: '+15005550009',
  text: 'Booked for Tue, 10:00 AM EST: £5 & “more”',
  segments: 1,
};

let provider: SmsProviderServer;
let transport: SmsTransport;
let begun: number;
afterEach(() => provider.close());

function send(signal = new AbortController().signal) {
  return transport.send(sms, {
    signal,
    begin: async () => {
      begun += 1;
    },
  });
}

async function sendWithResponse(status: number, body: string, headers?: Record<string, string>) {
  provider.answer({ status, body, ...(headers && { headers }) });
  return send();
}

describe('Twilio', () => {
  beforeEach(async () => {
    begun = 0;
    provider = await startTwilio();
    const { sid, token } = twilioAccount;
    transport = createTwilioTransport({
      apiUrl: provider.url,
      accountSid: sid,
      authToken: token,
      from: '+15005550006',
    });
  });

  test('accepts a message from a configured number', async () => {
    expect(await send()).toEqual({ kind: 'sent' });
    expect(provider.messages).toEqual([{ to: sms.to, text: sms.text, from: '+15005550006' }]);
    expect(begun).toBe(1);
  });

  test('accepts a message from a messaging service', async () => {
    const { sid, token } = twilioAccount;
    const from = `MG${'1'.repeat(32)}`;
    transport = createTwilioTransport({ apiUrl: provider.url, accountSid: sid, authToken: token, from });
    await send();
    expect(provider.messages[0]?.from).toBe(from);
  });

  test('rejects a wrong auth token, which counts as not sent', async () => {
    const { sid } = twilioAccount;
    transport = createTwilioTransport({
      apiUrl: provider.url,
      accountSid: sid,
      authToken: 'x'.repeat(32),
      from: '+1',
    });
    expect(await send()).toEqual({ kind: 'not-sent', reason: 'Twilio 401, 20003: Authenticate' });
    expect(provider.messages).toEqual([]);
  });

  test.each([
    [400, twilioError(21211, 'Invalid To number', 400), 'refused'],
    [400, twilioError(21214, 'To number cannot be reached', 400), 'refused'],
    [400, twilioError(21217, 'Phone number is malformed', 400), 'refused'],
    [400, twilioError(21265, 'To number cannot be a short code', 400), 'refused'],
    [400, twilioError(21604, 'To number is required', 400), 'refused'],
    [400, twilioError(21614, 'Not a mobile number', 400), 'refused'],
    [400, twilioError(21610, 'Unsubscribed recipient', 400), 'opted-out'],
    [400, twilioError(21408, 'Permission not enabled for the region', 400), 'not-sent'],
    [503, 'try later', 'not-sent'],
    [500, twilioError(20500, 'Internal error', 500), 'unknown'],
    [504, '<html>', 'unknown'],
  ])('a response with status %i and body %s means %s', async (status, body, kind) => {
    expect(await sendWithResponse(status, body)).toMatchObject({ kind });
  });

  test.each([
    ['7', 7000],
    ['99999', 600_000],
    ['0', 1000],
    ['soon', 10_000],
  ])('throttling with Retry-After %s postpones the message for %i ms', async (after, forMs) => {
    const body = twilioError(20429, 'Too Many Requests', 429);
    expect(await sendWithResponse(429, body, { 'retry-after': after })).toMatchObject({
      kind: 'busy',
      forMs,
    });
  });

  test.each([301, 307, 308])('a redirect with status %i is not followed', async (status) => {
    const other = await startTwilio();
    try {
      const location = `${other.url}/2010-04-01/Accounts/${twilioAccount.sid}/Messages.json`;
      expect(await sendWithResponse(status, '', { location })).toMatchObject({ kind: 'unknown' });
      expect(other.requests).toBe(0);
    } finally {
      await other.close();
    }
  });

  test('a lost response leaves the outcome unknown', async () => {
    provider.dropReplies(1);
    expect(await send()).toMatchObject({ kind: 'unknown' });
    expect(provider.messages).toHaveLength(1);
  });

  test('an abort stops the wait for a slow response', async () => {
    const open = provider.hold();
    const abortion = new AbortController();
    const sending = send(abortion.signal);
    abortion.abort(new Error('the lease was lost'));
    expect(await sending).toMatchObject({ kind: 'unknown' });
    open();
  });

  test('an unreachable server means not sent', async () => {
    // A port that was just free, because fetch refuses the ports that browsers block.
    const closed = await startTwilio();
    await closed.close();
    const { sid, token } = twilioAccount;
    transport = createTwilioTransport({
      apiUrl: closed.url,
      accountSid: sid,
      authToken: token,
      from: '+1',
    });
    expect(await send()).toMatchObject({ kind: 'not-sent', reason: expect.stringContaining('ECONNREFUSED') });
  });

  test('receives no request when the lease is lost before the attempt begins', async () => {
    const lost = new Error('the lease was lost');
    const attempt = { signal: new AbortController().signal, begin: () => Promise.reject(lost) };
    await expect(transport.send(sms, attempt)).rejects.toBe(lost);
    expect(provider.requests).toBe(0);
  });
});

describe('SNS', () => {
  beforeEach(async () => {
    begun = 0;
    provider = await startSns();
    transport = openSns(provider.url);
  });
  const openSns = (endpoint: string, { region = 'us-east-1', senderId = 'Barbers' as string | null } = {}) =>
    createSnsTransport({
      region,
      senderId,
      client: { endpoint, credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' } },
    });

  test('accepts a message with one request', async () => {
    expect(await send()).toEqual({ kind: 'sent' });
    expect(provider.messages).toEqual([{ to: sms.to, text: sms.text, from: 'Barbers' }]);
    expect(begun).toBe(1);
  });

  test('sends in the configured region, without a sender id if there is none', async () => {
    await provider.close();
    provider = await startSns('eu-central-1');
    transport = openSns(provider.url, { region: 'eu-central-1', senderId: null });
    expect(await send()).toEqual({ kind: 'sent' });
    expect(provider.messages).toEqual([{ to: sms.to, text: sms.text, from: null }]);
  });

  test.each([
    [400, snsError('InvalidParameter', 'Invalid parameter: PhoneNumber Reason: +1 is not valid'), 'refused'],
    [
      400,
      snsError('InvalidParameter', 'Invalid parameter: PhoneNumber Reason: it is opted out'),
      'opted-out',
    ],
    [400, snsError('OptedOut', 'This number has opted out'), 'opted-out'],
    [400, snsError('Throttled', 'Rate exceeded'), 'busy'],
    [403, snsError('AuthorizationError', 'is not authorized to perform: SNS:Publish'), 'not-sent'],
    [400, snsError('KMSThrottling', 'Rate exceeded'), 'busy'],
    [500, snsError('InternalError', 'Internal failure'), 'unknown'],
    [503, snsError('ServiceUnavailable', 'try later'), 'not-sent'],
    [502, '<html>', 'unknown'],
    [200, '<PublishResponse><PublishResult><Mess', 'unknown'],
    [200, 'what is this?', 'unknown'],
  ])(
    'a response with status %i and body %s means %s, without a retry by the SDK',
    async (status, body, kind) => {
      expect(await sendWithResponse(status, body)).toMatchObject({ kind });
      expect(provider.requests).toBe(1);
    },
  );

  test('a lost response leaves the outcome unknown, without a retry by the SDK', async () => {
    provider.dropReplies(1);
    expect(await send()).toMatchObject({ kind: 'unknown' });
    expect([provider.messages.length, provider.requests]).toEqual([1, 1]);
  });

  test('an unreachable server means not sent', async () => {
    transport = openSns('http://127.0.0.1:1');
    expect(await send()).toMatchObject({ kind: 'not-sent' });
  });
});
