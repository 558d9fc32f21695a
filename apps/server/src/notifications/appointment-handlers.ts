import type { Clock } from '@bookedbarber/redis-tier/core';
import type { Attempt, MessageHandler, MessageHandlers, Outcome } from '@bookedbarber/redis-tier/jobs';
import type { BookingLinks } from '../booking/booking-link.ts';
import type { BookingRecord } from '../booking/booking-record.ts';
import type { ShopRecord } from '../catalog/catalog.ts';
import type { LeasedMessage } from '../outbox/messages/message-claims.ts';
import type { SendRate } from '../outbox/messages/send-rate.ts';
import { bookingMail } from './mail/appointment-mail.ts';
import type { MailTransport } from './mail/mail.ts';
import { type MessageKind, messageKinds, retryOf } from './message-kinds.ts';
import { followUpSkipReason } from './reminders/follow-up.ts';
import { reminderSkipReason } from './reminders/reminder-obstacle.ts';
import { bookingSms } from './sms/appointment-sms.ts';
import type { SmsSender } from './sms/sms-sender.ts';

/** A visit with everything that a message about it says. */
export type BookingNotice = { booking: BookingRecord; shop: ShopRecord; channel: 'email' | 'sms' | 'none' };

export type BookingMessageHandlersOptions = {
  transport: MailTransport;
  /** null: there are no text messages, and who would like them gets mails. */
  sms: SmsSender | null;
  /** Address of From:. */
  from: string;
  /** Throws when there is no such booking. */
  findBookingNotice: (bookingId: string) => Promise<BookingNotice>;
  calendarFile: (shop: ShopRecord, booking: BookingRecord) => string;
  links: Pick<BookingLinks, 'url' | 'shopUrl'>;
  clock: Clock;
  /** Waits for the turn of a mail; null: there is no rate to keep to. */
  sendRate: SendRate | null;
};

/** One handler for each kind of message to clients. All that is sent comes from the claimed row and what it names. */
export function createBookingMessageHandlers(
  options: BookingMessageHandlersOptions,
): MessageHandlers<LeasedMessage> {
  return Object.fromEntries(messageKinds.map((kind) => [kind, bookingMessageHandler(kind, options)]));
}

function bookingMessageHandler(
  kind: MessageKind,
  options: BookingMessageHandlersOptions,
): MessageHandler<LeasedMessage> {
  const { findBookingNotice, links, clock, sms } = options;
  return {
    retry: retryOf(kind),
    async send(claim, attempt) {
      if (claim.bookingId === null) return { kind: 'refused', reason: 'the message names no booking' };
      const { booking, shop, channel } = await findBookingNotice(claim.bookingId);
      // The preference counts as it is now, not as it was when the visit was booked.
      if (channel === 'none') return { kind: 'skipped', reason: 'the client wants no messages' };
      if (booking.version !== claim.bookingVersion) {
        return { kind: 'skipped', reason: `the booking is at version ${booking.version} by now` };
      }
      const nowMs = clock.nowMs();
      const skipReason = skipReasonOf(kind, claim, { booking, shop, nowMs });
      if (skipReason !== null) return skipReason;
      const url = kind === 'follow-up' ? links.shopUrl(shop.slug) : links.url(booking.id);
      if (channel === 'sms' && booking.phone !== null && sms !== null) {
        const words = bookingSms(kind, { shop, booking, url });
        const message = { id: claim.id, to: booking.phone, ...words };
        const outcome = await sms.send(message, { shop, attempt });
        // What is refused is refused for its number: no phone gets it, whoever tries again.
        const byMail = outcome === 'opted out' || (outcome.kind === 'refused' && booking.email !== null);
        if (!byMail) return outcome;
      }
      return sendMail(kind, { claim, booking, shop, url, nowMs }, options, attempt);
    },
  };
}

function skipReasonOf(
  kind: MessageKind,
  claim: LeasedMessage,
  visit: { booking: BookingRecord; shop: ShopRecord; nowMs: number },
): Outcome | null {
  if (kind === 'reminder') return reminderSkipReason(claim, visit);
  return kind === 'follow-up' ? followUpSkipReason(visit) : null;
}

type VisitMessage = {
  claim: LeasedMessage;
  booking: BookingRecord;
  shop: ShopRecord;
  url: string;
  nowMs: number;
};

async function sendMail(
  kind: MessageKind,
  { claim, booking, shop, url, nowMs }: VisitMessage,
  { transport, from, calendarFile, links, clock, sendRate }: BookingMessageHandlersOptions,
  attempt: Attempt,
): Promise<Outcome> {
  if (booking.email === null) return { kind: 'skipped', reason: 'the booking has no e-mail address' };
  const mail = {
    ...bookingMail(kind, { shop, booking, nowMs, url }),
    from,
    to: booking.email,
    replyTo: shop.email,
    messageId: `<${claim.id}@bookedbarber>`,
    calendar: kind === 'follow-up' ? null : calendarFile(shop, booking),
    // On the booking's page people say how they want to be reached.
    ...(kind === 'reminder' || kind === 'follow-up' ? { unsubscribeUrl: links.url(booking.id) } : {}),
  };
  const tooEarly = await sendRate?.wait(attempt.signal, clock.nowMs);
  return tooEarly ?? transport.send(mail, attempt);
}
