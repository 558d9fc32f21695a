import type { EnvReader } from '@bookedbarber/redis-tier/settings';

export type SmsProvider =
  | { name: 'mailbox' }
  | { name: 'twilio'; apiUrl: string; accountSid: string; authToken: string; from: string }
  | { name: 'sns'; region: string; senderId: string | null };

export type SmsConfig = {
  /** null: text messages are disabled, and clients who chose them get mails. */
  provider: SmsProvider | null;
  /** Maximum messages per second of all workers together; null: no limit. */
  ratePerSecond: number | null;
};

const providers = ['none', 'twilio', 'sns', 'mailbox'] as const;

/** `usesMailbox`: mails go to the development mailbox. Then text messages do too, unless SMS_PROVIDER is set. */
export function readSmsConfig(env: EnvReader, production: boolean, usesMailbox: boolean): SmsConfig {
  const name = env.oneOf('SMS_PROVIDER', providers, usesMailbox && !production ? 'mailbox' : 'none');
  const rate = env.integer('SMS_RATE_PER_SECOND', 0, { least: 1, most: 10_000 });
  return { provider: readProvider(env, name, production), ratePerSecond: rate === 0 ? null : rate };
}

function readProvider(
  env: EnvReader,
  name: (typeof providers)[number],
  production: boolean,
): SmsProvider | null {
  switch (name) {
    case 'none':
      return null;
    case 'mailbox':
      if (production)
        env.report('SMS_PROVIDER must be twilio, sns or none in production: the mailbox is for development.');
      return { name };
    case 'twilio':
      return readTwilio(env, production);
    case 'sns': {
      const region = env.text('AWS_REGION');
      if (region === undefined || !/^[a-z0-9-]{5,30}$/.test(region))
        env.report('AWS_REGION must be the region whose SNS sends text messages, such as us-east-1.');
      const senderId = env.text('SMS_FROM') ?? null;
      if (senderId !== null && !/^(?=.*[A-Za-z])[A-Za-z0-9-]{1,11}$/.test(senderId))
        env.report(
          'SMS_FROM must be a sender name of 1 to 11 letters, digits or hyphens when SMS_PROVIDER is sns.',
        );
      return { name, region: region ?? '', senderId };
    }
  }
}

function readTwilio(env: EnvReader, production: boolean): SmsProvider {
  const accountSid = env.text('TWILIO_ACCOUNT_SID') ?? '';
  if (!/^AC[0-9a-f]{32}$/.test(accountSid))
    env.report('TWILIO_ACCOUNT_SID must be the account SID: AC and 32 lowercase hexadecimal digits.');
  const authToken = env.text('TWILIO_AUTH_TOKEN') ?? '';
  if (authToken.length < 32)
    env.report("TWILIO_AUTH_TOKEN must be the account's auth token of 32 characters, from Twilio's console.");
  const from = env.text('SMS_FROM') ?? '';
  if (!/^(\+\d{6,15}|MG[0-9a-f]{32})$/.test(from))
    env.report(
      'SMS_FROM must be one of your Twilio numbers, such as +15005550006, or the SID of a messaging service (MG...).',
    );
  const apiUrl = env.url('TWILIO_API_URL', production ? ['https:'] : ['https:', 'http:']);
  return { name: 'twilio', apiUrl: apiUrl?.origin ?? 'https://api.twilio.com', accountSid, authToken, from };
}
