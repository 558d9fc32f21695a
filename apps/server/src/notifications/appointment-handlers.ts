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
import { reminderSkipReason } from './reminders/reminder-skip-reason.ts';
import { bookingSms } from './sms/appointment-sms.ts';
import type { SmsSender } from './sms/sms-sender.ts';

/** A booking with the data that its messages need. */
export type BookingNotice = { booking: BookingRecord; shop: ShopRecord; channel: 'email' | 'sms' | 'none' };

export type BookingMessageHandlersOptions = {
  transport: MailTransport;
  /** null: text messages are disabled, and clients who chose them get mails. */
  sms: SmsSender | null;
  /** The From address. */
  from: string;
  /** Throws when there is no such booking. */
  findBookingNotice: (bookingId: string) => Promise<BookingNotice>;
  calendarFile: (shop: ShopRecord, booking: BookingRecord) => string;
  links: Pick<BookingLinks, 'url' | 'shopUrl'>;
  clock: Clock;
  /** The rate limit of mails; null: no limit. */
  sendRate: SendRate | null;
};

/**
 * One handler for each kind of message to clients. The contents come from the claimed row and the booking that it
 * references.
 */
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
      if (claim.bookingId === null) return { kind: 'refused', reason: 'the message has no booking' };
      const { booking, shop, channel } = await findBookingNotice(claim.bookingId);
      // The current preference counts, not the one at the time of the booking.
      if (channel === 'none') return { kind: 'skipped', reason: 'the client has opted out of messages' };
      if (booking.version !== claim.bookingVersion) {
        return { kind: 'skipped', reason: `the booking has changed to version ${booking.version}` };
      }
      const nowMs = clock.nowMs();
      const skipReason = skipReasonOf(kind, claim, { booking, shop, nowMs });
      if (skipReason !== null) return skipReason;
      const url = kind === 'follow-up' ? links.shopUrl(shop.slug) : links.url(booking.id);
      if (channel === 'sms' && booking.phone !== null && sms !== null) {
        const content = bookingSms(kind, { shop, booking, url });
        const message = { id: claim.id, to: booking.phone, ...content };
        const outcome = await sms.send(message, { shop, attempt });
        // `refused` concerns the number itself, so a retry cannot succeed.
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
  about: { booking: BookingRecord; shop: ShopRecord; nowMs: number },
): Outcome | null {
  if (kind === 'reminder') return reminderSkipReason(claim, about);
  return kind === 'follow-up' ? followUpSkipReason(about) : null;
}

type BookingMessage = {
  claim: LeasedMessage;
  booking: BookingRecord;
  shop: ShopRecord;
  url: string;
  nowMs: number;
};

async function sendMail(
  kind: MessageKind,
  { claim, booking, shop, url, nowMs }: BookingMessage,
  { transport, from, calendarFile, links, clock, sendRate }: BookingMessageHandlersOptions,
  attempt: Attempt,
): Promise<Outcome> {
  if (booking.email === null) return { kind: 'skipped', reason: 'the booking has no email address' };
  const mail = {
    ...bookingMail(kind, { shop, booking, nowMs, url }),
    from,
    to: booking.email,
    replyTo: shop.email,
    messageId: `<${claim.id}@bookedbarber>`,
    calendar: kind === 'follow-up' ? null : calendarFile(shop, booking),
    // The page of the booking has the message preferences.
    ...(kind === 'reminder' || kind === 'follow-up' ? { unsubscribeUrl: links.url(booking.id) } : {}),
  };
  const tooEarly = await sendRate?.wait(attempt.signal, clock.nowMs);
  return tooEarly ?? transport.send(mail, attempt);
}
