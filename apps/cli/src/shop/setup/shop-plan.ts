import type { ServiceInput, ShopInput, WeeklySchedule } from '@bookedbarber/contract';

/** A barber of a plan. Services are by code, because they may not have ids yet. */
export type BarberPlan = {
  /** Identifies a barber in a shop, so that applying a plan twice creates no duplicates. */
  code: string;
  name: string;
  email?: string;
  /** Codes of services of the plan or of the existing shop; 'all' means all of both. */
  serviceCodes: readonly string[] | 'all';
  schedule: WeeklySchedule;
};

/** A day on which the whole shop is closed. */
type ClosedDay = { date: string; reason: string };

/** A complete shop. */
export type ShopPlan = {
  shop: ShopInput;
  services: readonly ServiceInput[];
  barbers: readonly BarberPlan[];
  closedDays: readonly ClosedDay[];
};
