/** The mail with a barber's appointments of a day, as text and as HTML. */
import type { ShopRecord } from '../../catalog/catalog.ts';
import type { Executor } from '../../database/connect.ts';
import { localDay } from '../../time/wall-time.ts';
import { formatBookingTime } from '../appointment-time.ts';
import { html } from '../mail/html.ts';

export type DailyScheduleEntry = {
  startMs: number;
  endMs: number;
  serviceName: string;
  clientName: string;
  phone: string | null;
  note: string;
  status: 'pending' | 'confirmed';
};

/**
 * The barber's pending and confirmed appointments that start on this date in the shop's time zone, in order of time.
 */
export async function bookingsOfDay(
  executor: Executor,
  { barberId, zone, date }: { barberId: string; zone: string; date: string },
): Promise<DailyScheduleEntry[]> {
  const { startMs, endMs } = localDay(zone, date);
  const rows = await executor
    .selectFrom('bookingSegment as segment')
    .innerJoin('booking', 'booking.id', 'segment.bookingId')
    .innerJoin('service', 'service.id', 'segment.serviceId')
    .select([
      'segment.startsAt',
      'segment.endsAt',
      'service.name as serviceName',
      'booking.name as clientName',
      'booking.phone',
      'booking.note',
      'booking.status',
    ])
    .where('segment.barberId', '=', barberId)
    .where('segment.status', 'in', ['pending', 'confirmed'])
    .where('segment.startsAt', '>=', new Date(startMs))
    .where('segment.startsAt', '<', new Date(endMs))
    .orderBy('segment.startsAt')
    .execute();
  return rows.map(({ startsAt, endsAt, status, ...entry }) => ({
    ...entry,
    startMs: startsAt.getTime(),
    endMs: endsAt.getTime(),
    status: status === 'pending' ? 'pending' : 'confirmed',
  }));
}

type DailyScheduleOptions = {
  shop: ShopRecord;
  barberName: string;
  date: string;
  entries: readonly DailyScheduleEntry[];
};

export function dailyScheduleMail({ shop, barberName, date, entries }: DailyScheduleOptions) {
  const noon = localDay(shop.zone, date).startMs + 43_200_000;
  const { day, zoneName } = formatBookingTime(shop, noon, noon);
  const count = entries.length === 1 ? 'one appointment' : `${entries.length} appointments`;
  const subject = `Your day at ${shop.name}: ${count} on ${day}`;
  const opening = `You have ${count} on ${day}. This list does not include later changes.`;
  const zone = `Times are in the shop's time zone: ${zoneName}.`;
  const rows = entries.map((entry) => ({
    hours: formatBookingTime(shop, entry.startMs, entry.endMs).hours,
    service: `${entry.serviceName}${entry.status === 'pending' ? ' (not confirmed yet)' : ''}`,
    client: [entry.clientName, entry.phone].filter(Boolean).join(', '),
    note: entry.note,
  }));
  const text = [
    `Hello ${barberName},`,
    '',
    opening,
    '',
    ...rows.flatMap(({ hours, service, client, note }) => [
      `${hours}: ${service}`,
      `  ${client}`,
      ...(note === '' ? [] : [`  Note: ${note}`]),
    ]),
    '',
    zone,
    '',
    shop.name,
  ].join('\n');
  const page = html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${subject}</title></head>
<body>
<p>Hello ${barberName},</p>
<p>${opening}</p>
<table>
<thead><tr><th scope="col" align="left">Time</th><th scope="col" align="left">Service</th><th scope="col" align="left">Client</th><th scope="col" align="left">Note</th></tr></thead>
<tbody>
${rows.map(({ hours, service, client, note }) => html`<tr><td>${hours}</td><td>${service}</td><td>${client}</td><td>${note}</td></tr>\n`)}</tbody>
</table>
<p>${zone}</p>
<p>${shop.name}</p>
</body>
</html>
`;
  return { subject, text: `${text}\n`, html: page.text };
}
