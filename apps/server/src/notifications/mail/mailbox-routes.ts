import { Type } from 'typebox';
import type { App } from '../../http/app-type.ts';
import { problem } from '../../http/problem.ts';
import type { Context } from '../../main/context.ts';
import { mailboxList, mailboxMail, mailboxPolicy } from './mailbox-page.ts';
import { mailboxSize } from './mailbox-transport.ts';

/** The development mailbox. It does not exist in production or when SMTP_URL is set. */
export function mailboxRoutes(app: App, { config, db }: Context): void {
  if (config.production || config.mail.smtpUrl !== null) return;
  const page = { 'content-security-policy': mailboxPolicy, 'cache-control': 'no-store' };

  app.get('/mailbox', { schema: { hide: true } }, async (_request, reply) => {
    const mails = await db
      .selectFrom('outboxMailbox')
      .select(['id', 'recipient', 'subject', 'createdAt'])
      .orderBy('id', 'desc')
      .limit(mailboxSize)
      .execute();
    return reply.headers(page).type('text/html; charset=utf-8').send(mailboxList(mails));
  });

  app.get(
    '/mailbox/:id',
    { schema: { hide: true, params: Type.Object({ id: Type.String({ pattern: '^[0-9]{1,18}$' }) }) } },
    async (request, reply) => {
      const mail = await db
        .selectFrom('outboxMailbox')
        .selectAll()
        .where('id', '=', request.params.id)
        .executeTakeFirst();
      if (mail === undefined) throw problem('not_found', 'The mailbox has no message with this id.');
      return reply.headers(page).type('text/html; charset=utf-8').send(mailboxMail(mail));
    },
  );
}
