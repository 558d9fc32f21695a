import type { Shop } from '@bookedbarber/contract';
import { formatMinutes } from '../../shared/time/duration.ts';
import { dayAndClock } from '../../shared/time/wall-time.ts';
import { formatPrice } from '../appointment/price.ts';
import type { Cart } from './cart.ts';

/** Summary of the selections, beside the steps on wide screens. */
export function YourBooking({ shop, cart, start }: { shop: Shop; cart: Cart; start: string | null }) {
  return (
    <aside className="your-booking" aria-labelledby="your-booking">
      <h2 id="your-booking">Your appointment</h2>
      {cart.lines.length === 0 ? (
        <p className="soft">Choose a service to start.</p>
      ) : (
        <ul>
          {cart.lines.map(({ service, barber }) => (
            <li key={service.id}>
              <span>{service.name}</span>
              <span>{formatPrice(service.price_cents, shop.currency)}</span>
              <span className="soft">
                {formatMinutes(service.duration_minutes)}, {barber ? `with ${barber.name}` : 'any barber'}
              </span>
            </li>
          ))}
        </ul>
      )}
      {start !== null && <p>{dayAndClock(start, shop.zone)}</p>}
      {cart.lines.length > 0 && (
        <p className="your-booking-total">
          <span>{formatMinutes(cart.minutes)}</span>
          <strong>{formatPrice(cart.cents, shop.currency)}</strong>
        </p>
      )}
    </aside>
  );
}
