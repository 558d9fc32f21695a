import type { Hold, Shop } from '@bookedbarber/contract';
import { dayWithYear } from '../../../shared/time/calendar-day.ts';
import { clockLabel, wallDay } from '../../../shared/time/wall-time.ts';
import { formatZone } from '../../../shared/time/zone.ts';

/** The held time with its services and barbers. */
export function HeldBooking({ hold, shop }: { hold: Hold; shop: Shop }) {
  return (
    <section className="held-booking" aria-label="Held time">
      <p className="held-booking-when">
        {dayWithYear(wallDay(hold.starts_at))}{' '}
        <span className="one-line">
          {clockLabel(hold.starts_at, shop.zone)}–{clockLabel(hold.ends_at, shop.zone)}
        </span>
      </p>
      <p className="soft">{formatZone(shop.zone)}</p>
      <ul>
        {hold.segments.map((segment) => (
          <li key={segment.starts_at}>
            {segment.service_name} with {segment.barber_name}
          </li>
        ))}
      </ul>
    </section>
  );
}
