import type { Booking } from '@bookedbarber/contract';
import { PhoneLink } from '../../shared/layout/shop-footer.tsx';
import { dayWithYear } from '../../shared/time/calendar-day.ts';
import { clockLabel, wallDay } from '../../shared/time/wall-time.ts';
import { formatZone } from '../../shared/time/zone.ts';
import { formatPrice } from './price.ts';

/** A booking: time, services, barbers, shop and price. */
export function BookingSummary({ booking }: { booking: Booking }) {
  const { shop, segments } = booking;
  return (
    <dl className="appointment" data-ended={booking.status === 'cancelled' ? '' : undefined}>
      <div className="appointment-when">
        <dt>When</dt>
        <dd>
          <span className="booking-day">{dayWithYear(wallDay(booking.starts_at))}</span>
          <span className="booking-clock">
            {clockLabel(booking.starts_at, shop.zone)}–{clockLabel(booking.ends_at, shop.zone)}
          </span>
          <span className="soft">{formatZone(shop.zone)}</span>
        </dd>
      </div>
      <div>
        <dt>What</dt>
        <dd>
          <ul>
            {segments.map((segment) => (
              <li key={segment.starts_at}>
                {segment.service_name}{' '}
                <span className="soft">
                  with {segment.barber_name}
                  {segments.length > 1 && ` at ${clockLabel(segment.starts_at, shop.zone)}`}
                </span>
              </li>
            ))}
          </ul>
        </dd>
      </div>
      <div>
        <dt>Where</dt>
        <dd>
          {shop.name}
          {shop.address && <span className="soft">{shop.address}</span>}
          {shop.phone && <PhoneLink phone={shop.phone} />}
        </dd>
      </div>
      <div>
        <dt>Price</dt>
        <dd>{formatPrice(booking.price_cents, shop.currency)}</dd>
      </div>
      {booking.note && (
        <div>
          <dt>Your note</dt>
          <dd className="booking-note">{booking.note}</dd>
        </div>
      )}
    </dl>
  );
}
