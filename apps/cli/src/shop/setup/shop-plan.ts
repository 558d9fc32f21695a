import type { ServiceInput, ShopInput, WeeklySchedule } from '@bookedbarber/contract';

/** A barber as planned: services by their codes, which have no ids yet. */
export type BarberPlan = {
  /** Tells barbers of a shop apart, so that the same plan carried out again makes nobody twice. */
  code: string;
  name: string;
  email?: string;
  /** Codes of services of the plan or of the shop as it is; 'all' of both. */
  serviceCodes: readonly string[] | 'all';
  schedule: WeeklySchedule;
};

/** A day on which the whole shop is closed. */
type ClosedDay = { date: string; reason: string };

/** All that makes a shop bookable. */
export type ShopPlan = {
  shop: ShopInput;
  services: readonly ServiceInput[];
  barbers: readonly BarberPlan[];
  closedDays: readonly ClosedDay[];
};
