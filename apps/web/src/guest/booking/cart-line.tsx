import { formatMinutes } from '../../shared/time/duration.ts';
import { formatPrice } from '../appointment/price.ts';
import type { Cart } from './cart.ts';

/** The cart in one line: "2 services · 55 min" and the total price. */
export function CartLine({ cart, currency }: { cart: Cart; currency: string }) {
  const count = cart.lines.length;
  if (count === 0) return <span className="cart-line-count">No services selected</span>;
  return (
    <>
      <span className="cart-line-price">{formatPrice(cart.cents, currency)}</span>{' '}
      <span className="cart-line-count">
        {count} service{count === 1 ? '' : 's'} · {formatMinutes(cart.minutes)}
      </span>
    </>
  );
}
