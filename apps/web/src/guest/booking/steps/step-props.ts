import type { Shop } from '@bookedbarber/contract';
import type { Cart } from '../cart.ts';
import type { Choice } from '../choice.ts';
import type { ChangeChoice } from '../use-choice.ts';

/** Common props of the booking steps. */
export interface StepProps {
  shop: Shop;
  choice: Choice;
  cart: Cart;
  change: ChangeChoice;
}
