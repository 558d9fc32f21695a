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
  /** The page of the booking; for a follow-up, the page of the shop. */
  url: string;
  nowMs: number;
};

/** The mail about an appointment, as text and as HTML without styles or images. */
export function bookingMail(
  kind: MessageKind,
  { shop, booking, url, nowMs }: BookingMailOptions,
): BookingMail {
  const when = formatBookingTime(shop, booking.startsAt.getTime(), booking.endsAt.getTime());
  const relativeDay = relativeDayOf(shop.zone, booking.startsAt.getTime(), nowMs);
  const { subject, opening } = wordingOf(kind, { booking, shopName: shop.name, when, relativeDay });
  const services = booking.segments.map(({ serviceName, barberName }) => `${serviceName} with ${barberName}`);
  const contact = [shop.phone, shop.email].filter((address) => address !== null).join(', ');
  const facts: [string, string][] = [
    ['When', `${when.day}, ${when.hours}`],
    ['Time zone', `${when.zoneName} (the shop's clock)`],
    ['Services', services.join('; ')],
    ['Where', shop.address === '' ? shop.name : `${shop.name}, ${shop.address}`],
    ...(contact === '' ? [] : [['Questions', contact] satisfies [string, string]]),
  ];
  const link = linkTexts[kind] ?? 'Reschedule or cancel the appointment';
  const canChange = kind !== 'cancellation' && kind !== 'follow-up';
  const greeting = greetingOf(booking.name);

  const text = [
    greeting,
    '',
    opening,
    '',
    ...facts.map(([name, value]) => `${name}: ${value}`),
    '',
    `${link}: ${url}`,
    ...(canChange ? ['Anyone with this link can change your booking. Keep it to yourself.'] : []),
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
${canChange ? html`<p>Anyone with this link can change your booking. Keep it to yourself.</p>\n` : ''}<p>${shop.name}</p>
</body>
</html>
`;
  return { subject, text: `${text}\n`, html: page.text };
}

const linkTexts: Partial<Record<MessageKind, string>> = {
  cancellation: 'View the booking',
  'follow-up': 'Choose another time',
};

/** Guests choose the name and the recipient, so a name that a mail program could turn into a link is omitted. */
function greetingOf(name: string): string {
  return /\/|\.\S/.test(name) ? 'Hello,' : `Hello ${name},`;
}

type WordingOptions = {
  booking: BookingRecord;
  shopName: string;
  when: ReturnType<typeof formatBookingTime>;
  /** Whether the appointment is today or tomorrow in the shop's time zone. */
  relativeDay: 'today' | 'tomorrow' | null;
};

function relativeDayOf(zone: string, startMs: number, nowMs: number): WordingOptions['relativeDay'] {
  const days = daysBetween(localDate(zone, nowMs), localDate(zone, startMs));
  return days === 0 ? 'today' : days === 1 ? 'tomorrow' : null;
}

function wordingOf(
  kind: MessageKind,
  { booking: { status }, shopName, when: { day, start }, relativeDay }: WordingOptions,
): { subject: string; opening: string } {
  const approval = status === 'pending' ? ' The shop still has to confirm it.' : '';
  switch (kind) {
    case 'request':
      return {
        subject: `Your request at ${shopName}, ${day}`,
        opening: `${shopName} has received your request and will confirm it. You will get another email.`,
      };
    case 'confirmation':
      return {
        subject: `Your appointment at ${shopName}, ${day}`,
        opening: `Your appointment at ${shopName} is booked.`,
      };
    case 'reschedule':
      return {
        subject: `Your appointment at ${shopName} was rescheduled to ${day}`,
        opening: `Your appointment at ${shopName} has changed. These are the new details.${approval}`,
      };
    case 'reminder':
      return {
        subject: `Reminder: ${shopName}, ${relativeDay === null ? '' : `${relativeDay}, `}${day}, ${start}`,
        opening: `This is a reminder of your appointment at ${shopName}${relativeDay === null ? '' : ` ${relativeDay}`}.`,
      };
    case 'cancellation':
      return {
        subject: `Your appointment at ${shopName} is cancelled`,
        opening: `Your appointment at ${shopName} is cancelled. These were the details.`,
      };
    case 'follow-up':
      return {
        subject: `We missed you at ${shopName}`,
        opening: `${shopName} missed you at the appointment below. Would you like to choose another time?`,
      };
  }
}
