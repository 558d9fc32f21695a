import type { EnvReader } from '@bookedbarber/redis-tier/settings';

export type MailConfig = {
  /** null: mails are not sent but kept in the mailbox of development. */
  smtpUrl: string | null;
  /** Address of From:. */
  from: string;
  /** Mails a second that all workers together send; null: as many as there are. */
  ratePerSecond: number | null;
};

export function readMailConfig(env: EnvReader, production: boolean): MailConfig {
  const url = env.url('SMTP_URL', ['smtp:', 'smtps:']);
  if (production && env.text('SMTP_URL') === undefined) {
    env.report(
      'SMTP_URL is missing: clients get mails; set smtp://user:password@host:587 or smtps://host:465.',
    );
  }
  const from = env.text('MAIL_FROM');
  if (url !== null && !/^[^@]+@[^@]+$/.test(from ?? '')) {
    env.report('MAIL_FROM wants the address that mails come from, such as Shop <shop@example.com>.');
  }
  const rate = env.integer('MAIL_RATE_PER_SECOND', 0, { least: 1, most: 10_000 });
  return {
    smtpUrl: url?.href ?? null,
    from: from ?? 'BookedBarber <mailbox@localhost>',
    ratePerSecond: rate === 0 ? null : rate,
  };
}
