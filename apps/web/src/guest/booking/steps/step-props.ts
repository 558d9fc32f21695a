import type { Shop } from '@bookedbarber/contract';
import type { Cart } from '../cart.ts';
import type { Choice } from '../choice.ts';
import type { ChangeChoice } from '../use-choice.ts';

/** What every step of the booking is given. */
export interface StepProps {
  shop: Shop;
  choice: Choice;
  cart: Cart;
  change: ChangeChoice;
}
