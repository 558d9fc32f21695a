/** The list of a barber's visits of a day, as text and as HTML. */
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

/** The visits of the barber that begin on this date of the shop's zone and still stand, in their order. */
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
  return rows.map(({ startsAt, endsAt, status, ...visit }) => ({
    ...visit,
    startMs: startsAt.getTime(),
    endMs: endsAt.getTime(),
    status: status === 'pending' ? 'pending' : 'confirmed',
  }));
}

type DailyScheduleOptions = {
  shop: ShopRecord;
  barberName: string;
  date: string;
  visits: readonly DailyScheduleEntry[];
};

export function dailyScheduleMail({ shop, barberName, date, visits }: DailyScheduleOptions) {
  const noon = localDay(shop.zone, date).startMs + 43_200_000;
  const { day, zoneName } = formatBookingTime(shop, noon, noon);
  const count = visits.length === 1 ? 'one visit' : `${visits.length} visits`;
  const subject = `Your day at ${shop.name}: ${count} on ${day}`;
  const opening = `You have ${count} on ${day}. This is how it stands now; what changes later is not in it.`;
  const zone = `Times are by the shop's clock: ${zoneName}.`;
  const rows = visits.map((visit) => ({
    hours: formatBookingTime(shop, visit.startMs, visit.endMs).hours,
    what: `${visit.serviceName}${visit.status === 'pending' ? ' (not confirmed yet)' : ''}`,
    who: [visit.clientName, visit.phone].filter(Boolean).join(', '),
    note: visit.note,
  }));
  const text = [
    `Hello ${barberName},`,
    '',
    opening,
    '',
    ...rows.flatMap(({ hours, what, who, note }) => [
      `${hours}: ${what}`,
      `  ${who}`,
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
<thead><tr><th scope="col" align="left">When</th><th scope="col" align="left">What</th><th scope="col" align="left">Who</th><th scope="col" align="left">Note</th></tr></thead>
<tbody>
${rows.map(({ hours, what, who, note }) => html`<tr><td>${hours}</td><td>${what}</td><td>${who}</td><td>${note}</td></tr>\n`)}</tbody>
</table>
<p>${zone}</p>
<p>${shop.name}</p>
</body>
</html>
`;
  return { subject, text: `${text}\n`, html: page.text };
}
