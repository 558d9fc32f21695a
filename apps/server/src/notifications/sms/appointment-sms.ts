import { SegmentedMessage } from 'sms-segments-calculator';
import type { BookingRecord } from '../../booking/booking-record.ts';
import type { ShopRecord } from '../../catalog/catalog.ts';
import { formatShortBookingTime } from '../appointment-time.ts';
import type { MessageKind } from '../message-kinds.ts';

type VisitSmsOptions = { shop: ShopRecord; booking: BookingRecord; url: string };

/** A shop's name may be long; in a text message so much of it is enough. */
const maxName = 40;

/**
 * The words of a text message about a visit, with the time by the shop's clock and its zone named, and the link to move or
 * cancel it. One character that is not of GSM's alphabet more than halves what a segment holds, so names and words are put
 * into that alphabet where it has a letter for it.
 */
export function bookingSms(
  kind: MessageKind,
  { shop, booking, url }: VisitSmsOptions,
): { text: string; segments: number } {
  const when = formatShortBookingTime(shop, booking.startsAt.getTime());
  const name = plain(shortened(shop.name));
  const waits = booking.status === 'pending' ? ' The shop still has to confirm it.' : '';
  const words: Record<MessageKind, string> = {
    request: `${name}: we have your request for ${when} and will confirm it. See it: ${url}`,
    confirmation: `${name}: booked for ${when}. Move or cancel: ${url}`,
    reschedule: `${name}: your visit is now ${when}.${waits} Move or cancel: ${url}`,
    reminder: `${name}: see you ${when}. Move or cancel: ${url} STOP ends texts.`,
    cancellation: `${name}: your visit of ${when} is cancelled.`,
    'follow-up': `${name}: we missed you. Find another time: ${url} STOP ends texts.`,
  };
  const text = words[kind];
  return { text, segments: new SegmentedMessage(text).segmentsCount };
}

function shortened(name: string): string {
  // By characters: half of a pair of surrogates is none.
  const characters = [...name];
  return characters.length > maxName ? `${characters.slice(0, maxName - 3).join('')}...` : name;
}

/** Typographic characters as the keyboard has them. */
function plain(text: string): string {
  return text
    .replace(/[\u2018\u2019\u201b\u2032]/g, "'")
    .replace(/[\u201c\u201d\u2033]/g, '"')
    .replace(/[\u2010-\u2015]/g, '-')
    .replace(/\u2026/g, '...')
    .replace(/[\u00a0\u2007\u202f]/g, ' ');
}
