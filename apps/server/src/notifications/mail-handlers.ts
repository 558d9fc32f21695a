import type { Clock } from '@bookedbarber/redis-tier/core';
import type { MessageHandler, MessageHandlers } from '@bookedbarber/redis-tier/jobs';
import type { BookingLinks } from '../booking/booking-link.ts';
import type { BookingRecord } from '../booking/booking-record.ts';
import type { ShopRecord } from '../catalog/catalog.ts';
import type { BookingClaim } from '../outbox/message-claims.ts';
import type { Pace } from '../outbox/pace.ts';
import type { MailTransport } from './mail.ts';
import { type MessageKind, messageKinds, retryOf } from './message-kinds.ts';
import { reminderHindrance } from './reminder-hindrance.ts';
import { visitMail } from './visit-mail.ts';

/** A visit with everything that a mail about it says. */
export type Visit = { booking: BookingRecord; shop: ShopRecord; channel: 'email' | 'sms' | 'none' };

export type MailHandlersOptions = {
  transport: MailTransport;
  /** Address of From:. */
  from: string;
  /** Throws when there is no such booking. */
  findVisit: (bookingId: string) => Promise<Visit>;
  calendarFile: (shop: ShopRecord, booking: BookingRecord) => string;
  links: Pick<BookingLinks, 'url'>;
  clock: Clock;
  /** Waits for the turn of a message; null: there is no rate to keep to. */
  pace: Pace | null;
};

/** One handler for each kind of message. All that is sent comes from the claimed row and what it names. */
export function createMailHandlers(options: MailHandlersOptions): MessageHandlers<BookingClaim> {
  return Object.fromEntries(messageKinds.map((kind) => [kind, mailHandler(kind, options)]));
}

function mailHandler(
  kind: MessageKind,
  { transport, from, findVisit, calendarFile, links, clock, pace }: MailHandlersOptions,
): MessageHandler<BookingClaim> {
  return {
    retry: retryOf(kind),
    async send(claim, attempt) {
      const { booking, shop, channel } = await findVisit(claim.bookingId);
      // The preference counts as it is now, not as it was when the visit was booked.
      if (channel === 'none') return { is: 'skipped', reason: 'the client wants no messages' };
      if (booking.email === null) return { is: 'skipped', reason: 'the booking has no e-mail address' };
      if (booking.version !== claim.bookingVersion) {
        return { is: 'skipped', reason: `the booking is at version ${booking.version} by now` };
      }
      const nowMs = clock.nowMs();
      const hindrance = kind === 'reminder' ? reminderHindrance(claim, { booking, shop, nowMs }) : null;
      if (hindrance !== null) return hindrance;
      const words = visitMail(kind, { shop, booking, nowMs, manageUrl: links.url(booking.id) });
      const mail = {
        ...words,
        from,
        to: booking.email,
        replyTo: shop.email,
        messageId: `<${claim.id}@bookedbarber>`,
        calendar: calendarFile(shop, booking),
      };
      const tooEarly = await pace?.wait(attempt.signal, clock.nowMs);
      return tooEarly ?? transport.send(mail, attempt);
    },
  };
}
