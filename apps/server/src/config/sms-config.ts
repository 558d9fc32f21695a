import type { EnvReader } from '@bookedbarber/redis-tier/settings';

export type SmsProvider =
  | { name: 'mailbox' }
  | { name: 'twilio'; apiUrl: string; accountSid: string; authToken: string; from: string }
  | { name: 'sns'; region: string; senderId: string | null };

export type SmsConfig = {
  /** null: there are no text messages, and who would like them gets mails. */
  provider: SmsProvider | null;
  /** Messages a second that all workers together send; null: as many as there are. */
  ratePerSecond: number | null;
};

const providers = ['none', 'twilio', 'sns', 'mailbox'] as const;

/** `usesMailbox`: mails are not sent but kept in the mailbox of development; then text messages are too, unless said otherwise. */
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
        env.report('SMS_PROVIDER wants twilio, sns or none in production: the mailbox is for development.');
      return { name };
    case 'twilio':
      return readTwilio(env, production);
    case 'sns': {
      const region = env.text('AWS_REGION');
      if (region === undefined || !/^[a-z0-9-]{5,30}$/.test(region))
        env.report('AWS_REGION wants the region whose SNS sends text messages, such as us-east-1.');
      const senderId = env.text('SMS_FROM') ?? null;
      if (senderId !== null && !/^(?=.*[A-Za-z])[A-Za-z0-9-]{1,11}$/.test(senderId))
        env.report(
          'SMS_FROM wants 1 to 11 letters, digits or hyphens with SMS_PROVIDER=sns: the name of the sender.',
        );
      return { name, region: region ?? '', senderId };
    }
  }
}

function readTwilio(env: EnvReader, production: boolean): SmsProvider {
  const accountSid = env.text('TWILIO_ACCOUNT_SID') ?? '';
  if (!/^AC[0-9a-f]{32}$/.test(accountSid))
    env.report("TWILIO_ACCOUNT_SID wants the account's id: AC and 32 digits and letters from a to f.");
  const authToken = env.text('TWILIO_AUTH_TOKEN') ?? '';
  if (authToken.length < 32)
    env.report("TWILIO_AUTH_TOKEN wants the account's token of 32 characters, from Twilio's console.");
  const from = env.text('SMS_FROM') ?? '';
  if (!/^(\+\d{6,15}|MG[0-9a-f]{32})$/.test(from))
    env.report(
      'SMS_FROM wants a number of yours at Twilio, such as +15005550006, or the id of a messaging service (MG...).',
    );
  const apiUrl = env.url('TWILIO_API_URL', production ? ['https:'] : ['https:', 'http:']);
  return { name: 'twilio', apiUrl: apiUrl?.origin ?? 'https://api.twilio.com', accountSid, authToken, from };
}
