import type { BookingRecord } from '../../booking/booking-record.ts';
import type { ShopRecord } from '../../catalog/catalog.ts';
import { daysBetween } from '../../time/dates.ts';
import { localDate } from '../../time/wall-time.ts';
import { formatBookingTime } from '../appointment-time.ts';
import type { MessageKind } from '../message-kinds.ts';
import { html } from './html.ts';

export type BookingMail = { subject: string; text: string; html: string };

type BookingMailOptions = {
  shop: ShopRecord;
  booking: BookingRecord;
  /** Where the booking can be changed; of a follow-up, where another visit can be booked. */
  url: string;
  nowMs: number;
};

/** The words of a mail about a visit: as text, and the same as HTML without style or pictures. */
export function bookingMail(
  kind: MessageKind,
  { shop, booking, url, nowMs }: BookingMailOptions,
): BookingMail {
  const when = formatBookingTime(shop, booking.startsAt.getTime(), booking.endsAt.getTime());
  const away = daysAway(shop.zone, booking.startsAt.getTime(), nowMs);
  const { subject, opening } = describeError(kind, { booking, shopName: shop.name, when, away });
  const services = booking.segments.map(({ serviceName, barberName }) => `${serviceName} with ${barberName}`);
  const contact = [shop.phone, shop.email].filter((way) => way !== null).join(', ');
  const facts: [string, string][] = [
    ['When', `${when.day}, ${when.hours}`],
    ['Time zone', `${when.zoneName} (the shop's clock)`],
    ['What', services.join('; ')],
    ['Where', shop.address === '' ? shop.name : `${shop.name}, ${shop.address}`],
    ...(contact === '' ? [] : [['Questions', contact] satisfies [string, string]]),
  ];
  const link = linkWords[kind] ?? 'Move or cancel the visit';
  const isOwn = kind !== 'cancellation' && kind !== 'follow-up';
  const greeting = greetingOf(booking.name);

  const text = [
    greeting,
    '',
    opening,
    '',
    ...facts.map(([name, value]) => `${name}: ${value}`),
    '',
    `${link}: ${url}`,
    ...(isOwn ? ['Whoever has this link can change your booking: keep it to yourself.'] : []),
    '',
    shop.name,
  ].join('\n');

  const page = html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${subject}</title></head>
<body>
<p>${greeting}</p>
<p>${opening}</p>
<table>
${facts.map(([name, value]) => html`<tr><th scope="row" align="left">${name}</th><td>${value}</td></tr>\n`)}</table>
<p><a href="${url}">${link}</a></p>
${isOwn ? html`<p>Whoever has this link can change your booking: keep it to yourself.</p>\n` : ''}<p>${shop.name}</p>
</body>
</html>
`;
  return { subject, text: `${text}\n`, html: page.text };
}

const linkWords: Partial<Record<MessageKind, string>> = {
  cancellation: 'See the booking',
  'follow-up': 'Choose another time',
};

/** Anybody can have us write to anybody: what a mail program would make a link of is not repeated. */
function greetingOf(name: string): string {
  return /\/|\.\S/.test(name) ? 'Hello,' : `Hello ${name},`;
}

type WordsOptions = {
  booking: BookingRecord;
  shopName: string;
  when: ReturnType<typeof formatBookingTime>;
  /** Whether the visit is today or tomorrow by the shop's calendar. */
  away: 'today' | 'tomorrow' | null;
};

function daysAway(zone: string, startMs: number, nowMs: number): WordsOptions['away'] {
  const days = daysBetween(localDate(zone, nowMs), localDate(zone, startMs));
  return days === 0 ? 'today' : days === 1 ? 'tomorrow' : null;
}

function describeError(
  kind: MessageKind,
  { booking: { status }, shopName, when: { day, start }, away }: WordsOptions,
): { subject: string; opening: string } {
  const waits = status === 'pending' ? ' The shop still has to confirm it.' : '';
  switch (kind) {
    case 'request':
      return {
        subject: `Your request at ${shopName}, ${day}`,
        opening: `${shopName} has your request and will confirm it. You will get another mail.`,
      };
    case 'confirmation':
      return {
        subject: `Your visit at ${shopName}, ${day}`,
        opening: `Your visit at ${shopName} is booked.`,
      };
    case 'reschedule':
      return {
        subject: `Your visit at ${shopName} has moved to ${day}`,
        opening: `Your visit at ${shopName} has changed. This is how it stands now.${waits}`,
      };
    case 'reminder':
      return {
        subject: `Reminder: ${shopName}, ${away === null ? '' : `${away}, `}${day}, ${start}`,
        opening: `This is a reminder of your visit at ${shopName}${away === null ? '' : ` ${away}`}.`,
      };
    case 'cancellation':
      return {
        subject: `Your visit at ${shopName} is cancelled`,
        opening: `Your visit at ${shopName} is cancelled. It was to be as follows.`,
      };
    case 'follow-up':
      return {
        subject: `We missed you at ${shopName}`,
        opening: `${shopName} expected you for the visit below and did not see you. Would another time suit you better?`,
      };
  }
}
