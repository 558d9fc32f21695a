import type { Clock } from '@bookedbarber/redis-tier/core';
import { type Insertable, sql } from 'kysely';
import type { Db } from '../../database/connect.ts';
import type { Database } from '../../database/schema.ts';
import type { MailTransport } from './mail.ts';

/** Maximum number of messages in the development mailbox; the oldest are deleted. */
export const mailboxSize = 500;

/** Stores mails in the development mailbox instead of sending them. Mails with the same Message-ID are stored once. */
export function createMailboxTransport(db: Db, clock: Clock): MailTransport {
  return {
    async send(mail, attempt) {
      await attempt.begin();
      await storeInMailbox(db, {
        messageId: mail.messageId,
        recipient: mail.to,
        subject: mail.subject,
        textBody: mail.text,
        htmlBody: mail.html,
        calendar: mail.calendar,
        createdAt: new Date(clock.nowMs()),
      });
      return { kind: 'sent' };
    },
  };
}

export async function storeInMailbox(db: Db, message: Insertable<Database['outboxMailbox']>): Promise<void> {
  await db
    .insertInto('outboxMailbox')
    .values(message)
    .onConflict((conflict) => conflict.column('messageId').doNothing())
    .execute();
  await sql`DELETE FROM outbox_mailbox WHERE id <= (
    SELECT id FROM outbox_mailbox ORDER BY id DESC OFFSET ${mailboxSize} LIMIT 1)`.execute(db);
}
