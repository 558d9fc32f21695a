import { createEvent, type DateArray } from 'ics';
import type { ShopRecord } from '../catalog/catalog.ts';
import type { BookingRecord } from './booking-record.ts';

const statusOf = { pending: 'TENTATIVE', cancelled: 'CANCELLED' } as const;

/**
 * The booking as an iCalendar file (RFC 5545). The UID is derived from the booking id and SEQUENCE from the version, so
 * a calendar that imports the file again updates its entry. Times are in UTC, so the file needs no time zone rules.
 */
export function calendarFile(shop: ShopRecord, booking: BookingRecord): string {
  const lines = booking.segments.map((segment) => `${segment.serviceName} with ${segment.barberName}`);
  const { error, value } = createEvent({
    uid: `${booking.id}@bookedbarber`,
    sequence: booking.version - 1,
    productId: 'bookedbarber/booking',
    method: booking.status === 'cancelled' ? 'CANCEL' : 'PUBLISH',
    status: booking.status in statusOf ? statusOf[booking.status as keyof typeof statusOf] : 'CONFIRMED',
    busyStatus: booking.status === 'cancelled' ? 'FREE' : 'BUSY',
    title: `${booking.segments.map((segment) => segment.serviceName).join(', ')} at ${shop.name}`,
    description: [...lines, `Time zone of the shop: ${shop.zone}`].join('\n'),
    ...(shop.address === '' ? {} : { location: shop.address }),
    start: utcParts(booking.startsAt),
    startInputType: 'utc',
    startOutputType: 'utc',
    end: utcParts(booking.endsAt),
    endInputType: 'utc',
    endOutputType: 'utc',
  });
  if (!value) throw error ?? new Error('The calendar file could not be generated');
  return fold(value);
}

/** RFC 5545, section 3.1. */
const maxLineBytes = 75;

/** Folds long lines by bytes and never within a character. The library counts characters instead. */
function fold(text: string): string {
  let lineBytes = 0;
  let folded = '';
  for (const character of text.replace(/\r\n[\t ]/g, '')) {
    const bytes = Buffer.byteLength(character);
    if (character === '\r') lineBytes = 0;
    else if (character !== '\n') {
      if (lineBytes + bytes > maxLineBytes) {
        folded += '\r\n ';
        lineBytes = 1;
      }
      lineBytes += bytes;
    }
    folded += character;
  }
  return folded;
}

function utcParts(date: Date): DateArray {
  return [
    date.getUTCFullYear(),
    date.getUTCMonth() + 1,
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
  ];
}
