import { SegmentedMessage } from 'sms-segments-calculator';
import type { BookingRecord } from '../../booking/booking-record.ts';
import type { ShopRecord } from '../../catalog/catalog.ts';
import { formatShortBookingTime } from '../appointment-time.ts';
import type { MessageKind } from '../message-kinds.ts';

type BookingSmsOptions = { shop: ShopRecord; booking: BookingRecord; url: string };

/** Maximum length of the shop's name in a text message, in characters. */
const maxName = 40;

/**
 * The text message about an appointment, with its time, the time zone, and the link to move or cancel it. One
 * character outside the GSM alphabet reduces the capacity of a segment by more than half, so typographic characters
 * are replaced by their GSM equivalents.
 */
export function bookingSms(
  kind: MessageKind,
  { shop, booking, url }: BookingSmsOptions,
): { text: string; segments: number } {
  const when = formatShortBookingTime(shop, booking.startsAt.getTime());
  const name = withoutTypography(truncate(shop.name));
  const approval = booking.status === 'pending' ? ' The shop still has to confirm it.' : '';
  const texts: Record<MessageKind, string> = {
    request: `${name}: we received your request for ${when} and will confirm it. Details: ${url}`,
    confirmation: `${name}: booked for ${when}. Change or cancel: ${url}`,
    reschedule: `${name}: your appointment is now ${when}.${approval} Change or cancel: ${url}`,
    reminder: `${name}: see you ${when}. Change or cancel: ${url} Reply STOP to opt out.`,
    cancellation: `${name}: your appointment on ${when} is cancelled.`,
    'follow-up': `${name}: we missed you. Book another time: ${url} Reply STOP to opt out.`,
  };
  const text = texts[kind];
  return { text, segments: new SegmentedMessage(text).segmentsCount };
}

function truncate(name: string): string {
  // By code points, so that no surrogate pair is split.
  const characters = [...name];
  return characters.length > maxName ? `${characters.slice(0, maxName - 3).join('')}...` : name;
}

/** Replaces typographic characters by ASCII. */
function withoutTypography(text: string): string {
  return text
    .replace(/[\u2018\u2019\u201b\u2032]/g, "'")
    .replace(/[\u201c\u201d\u2033]/g, '"')
    .replace(/[\u2010-\u2015]/g, '-')
    .replace(/\u2026/g, '...')
    .replace(/[\u00a0\u2007\u202f]/g, ' ');
}
