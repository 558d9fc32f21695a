import type { EnvReader } from '@bookedbarber/redis-tier/settings';

export type MailConfig = {
  /** null: mails are not sent but kept in the mailbox of development. */
  smtpUrl: string | null;
  /** Address of From:. */
  from: string;
};

export function readMailConfig(env: EnvReader, production: boolean): MailConfig {
  const url = env.url('SMTP_URL', ['smtp:', 'smtps:']);
  if (production && env.text('SMTP_URL') === undefined) {
    env.fault(
      'SMTP_URL is missing: clients get mails; set smtp://user:password@host:587 or smtps://host:465.',
    );
  }
  const from = env.text('MAIL_FROM');
  if (url !== null && !/^[^@]+@[^@]+$/.test(from ?? '')) {
    env.fault('MAIL_FROM wants the address that mails come from, such as Shop <shop@example.com>.');
  }
  return { smtpUrl: url?.href ?? null, from: from ?? 'BookedBarber <mailbox@localhost>' };
}
