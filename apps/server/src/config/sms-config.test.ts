import { ConfigError, EnvReader } from '@bookedbarber/redis-tier/settings';
import { describe, expect, test } from 'vitest';
import type { Env } from './read-env.ts';
import { readSmsConfig } from './sms-config.ts';

function read(variables: Env, { production = true, usesMailbox = false } = {}) {
  const env = new EnvReader(variables);
  const config = readSmsConfig(env, production, usesMailbox);
  env.finish();
  return config;
}

function problemsOf(variables: Env, options = {}): readonly string[] {
  try {
    read(variables, options);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

const accountSid = `AC${'0123456789abcdef'.repeat(2)}`;
const authToken = 'a-token-of-thirty-two-characters';
const twilio = {
  SMS_PROVIDER: 'twilio',
  SMS_FROM: '+15005550006',
  TWILIO_ACCOUNT_SID: accountSid,
  TWILIO_AUTH_TOKEN: authToken,
};
const sns = { SMS_PROVIDER: 'sns', AWS_REGION: 'eu-central-1' };

describe('without SMS_PROVIDER, text messages', () => {
  test('are disabled in production, and with a mail server', () => {
    expect(read({}, { production: true, usesMailbox: true }).provider).toBeNull();
    expect(read({}, { production: false, usesMailbox: false }).provider).toBeNull();
  });

  test('go to the mailbox in development, unless they are disabled', () => {
    const development = { production: false, usesMailbox: true };
    expect(read({}, development).provider).toEqual({ name: 'mailbox' });
    expect(read({ SMS_PROVIDER: 'none' }, development).provider).toBeNull();
  });
});

describe('Twilio', () => {
  test('is configured with its account, token and sender', () => {
    expect(read(twilio)).toEqual({
      provider: {
        name: 'twilio',
        apiUrl: 'https://api.twilio.com',
        accountSid,
        authToken,
        from: '+15005550006',
      },
      ratePerSecond: null,
    });
  });

  test('can send through a messaging service and another region, at a limited rate', () => {
    const from = `MG${'0'.repeat(32)}`;
    const variables = {
      ...twilio,
      SMS_FROM: from,
      SMS_RATE_PER_SECOND: '10',
      TWILIO_API_URL: 'https://api.dublin.ie1.twilio.com/',
    };
    expect(read(variables)).toMatchObject({
      provider: { from, apiUrl: 'https://api.dublin.ie1.twilio.com' },
      ratePerSecond: 10,
    });
  });

  test.each<[string, Env, RegExp]>([
    ['no account', { TWILIO_ACCOUNT_SID: undefined }, /^TWILIO_ACCOUNT_SID must be/],
    ['an API key as account', { TWILIO_ACCOUNT_SID: `SK${'0'.repeat(32)}` }, /^TWILIO_ACCOUNT_SID must be/],
    ['a short account', { TWILIO_ACCOUNT_SID: accountSid.slice(1) }, /^TWILIO_ACCOUNT_SID must be/],
    ['no token', { TWILIO_AUTH_TOKEN: undefined }, /^TWILIO_AUTH_TOKEN must be/],
    ['a short token', { TWILIO_AUTH_TOKEN: authToken.slice(1) }, /^TWILIO_AUTH_TOKEN must be/],
    ['no sender', { SMS_FROM: undefined }, /^SMS_FROM must be one of your Twilio numbers/],
    ['a name as sender', { SMS_FROM: 'Barbers' }, /^SMS_FROM must be one of your Twilio numbers/],
    ['a number without +', { SMS_FROM: '15005550006' }, /^SMS_FROM must be one of your Twilio numbers/],
    ['an API at http', { TWILIO_API_URL: 'http://api.twilio.com' }, /^TWILIO_API_URL .* https:\/\/\.$/],
  ])('with %s is rejected', (_case, change, expected) => {
    const problems = problemsOf({ ...twilio, ...change });
    expect(problems).toEqual([expect.stringMatching(expected)]);
    expect(problems.join()).not.toContain(authToken);
  });

  test('reports all missing variables together', () => {
    expect(problemsOf({ SMS_PROVIDER: 'twilio' }).map((problem) => problem.split(' ')[0])).toEqual([
      'TWILIO_ACCOUNT_SID',
      'TWILIO_AUTH_TOKEN',
      'SMS_FROM',
    ]);
  });

  test('can be simulated at an http URL in development', () => {
    const variables = { ...twilio, TWILIO_API_URL: 'http://127.0.0.1:4000' };
    expect(read(variables, { production: false }).provider).toMatchObject({
      apiUrl: 'http://127.0.0.1:4000',
    });
  });
});

describe('SNS', () => {
  test('is configured with its region, and a sender name is optional', () => {
    expect(read(sns).provider).toEqual({ name: 'sns', region: 'eu-central-1', senderId: null });
    expect(read({ ...sns, SMS_FROM: 'Barbers-1' }).provider).toMatchObject({ senderId: 'Barbers-1' });
  });

  test.each<[string, Env, RegExp]>([
    ['no region', { AWS_REGION: undefined }, /^AWS_REGION must be/],
    ['a name as region', { AWS_REGION: 'Frankfurt!' }, /^AWS_REGION must be/],
    ['a sender without a letter', { SMS_FROM: '12345' }, /^SMS_FROM must be a sender name/],
    ['a long sender', { SMS_FROM: 'TwelveLetter' }, /^SMS_FROM must be a sender name/],
    ['a phone number as sender', { SMS_FROM: '+15005550006' }, /^SMS_FROM must be a sender name/],
  ])('with %s is rejected', (_case, change, expected) => {
    expect(problemsOf({ ...sns, ...change })).toEqual([expect.stringMatching(expected)]);
  });
});

test('the mailbox is rejected in production, and an unknown provider everywhere', () => {
  expect(problemsOf({ SMS_PROVIDER: 'mailbox' })).toEqual([
    expect.stringMatching(/^SMS_PROVIDER must be twilio, sns or none in production/),
  ]);
  expect(problemsOf({ SMS_PROVIDER: 'mailbox' }, { production: false })).toEqual([]);
  expect(problemsOf({ SMS_PROVIDER: 'Twilio' })).toEqual([
    expect.stringMatching(/^SMS_PROVIDER must be one of none, twilio, sns, mailbox/),
  ]);
});
