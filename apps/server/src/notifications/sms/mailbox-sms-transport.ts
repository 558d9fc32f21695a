import type { Clock } from '@bookedbarber/redis-tier/core';
import type { Db } from '../../database/connect.ts';
import { html } from '../mail/html.ts';
import { storeInMailbox } from '../mail/mailbox-transport.ts';
import type { SmsTransport } from './sms.ts';

/** Stores text messages in the development mailbox instead of sending them. */
export function createMailboxSmsTransport(db: Db, clock: Clock): SmsTransport {
  return {
    async send({ id, to, text, segments }, attempt) {
      await attempt.begin();
      await storeInMailbox(db, {
        messageId: `sms ${id}`,
        recipient: to,
        subject: `Text message, ${segments === 1 ? 'one segment' : `${segments} segments`}`,
        textBody: text,
        htmlBody: html`<p>${text}</p>`.text,
        calendar: null,
        createdAt: new Date(clock.nowMs()),
      });
      return { kind: 'sent' };
    },
  };
}
