import type { EnvReader } from '@bookedbarber/redis-tier/settings';

export type MailConfig = {
  /** null: mails are not sent; they are stored in the development mailbox. */
  smtpUrl: string | null;
  /** The From address. */
  from: string;
  /** Maximum mails per second of all workers together; null: no limit. */
  ratePerSecond: number | null;
};

export function readMailConfig(env: EnvReader, production: boolean): MailConfig {
  const url = env.url('SMTP_URL', ['smtp:', 'smtps:']);
  if (production && env.text('SMTP_URL') === undefined) {
    env.report(
      'SMTP_URL is missing: set smtp://user:password@host:587 or smtps://host:465. Clients receive emails.',
    );
  }
  if (url !== null && url.hostname === '') env.report('SMTP_URL has no host.');
  if (url !== null && (url.username === '') !== (url.password === '')) {
    env.report('SMTP_URL must have a user and a password, or neither.');
  }
  const from = env.text('MAIL_FROM');
  if (url !== null && !/^[^@]+@[^@]+$/.test(from ?? '')) {
    env.report('MAIL_FROM must be the sender address of emails, such as Shop <shop@example.com>.');
  }
  const rate = env.integer('MAIL_RATE_PER_SECOND', 0, { least: 1, most: 10_000 });
  return {
    smtpUrl: url?.href ?? null,
    from: from ?? 'BookedBarber <mailbox@localhost>',
    ratePerSecond: rate === 0 ? null : rate,
  };
}
