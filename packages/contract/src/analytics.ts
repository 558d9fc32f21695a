import { type Static, Type } from 'typebox';
import { Cents, Id, LocalDate, Strict } from './values.ts';

export const AnalyticsQuery = Strict({
  from: LocalDate,
  to: LocalDate,
});
export type AnalyticsQuery = Static<typeof AnalyticsQuery>;

/**
 * Counts of one day, one barber or the whole range.
 * services: booked services whatever became of them, without holds. Revenue: the prices of completed services.
 * utilization: minutes of services that took place or are due (not cancelled) over scheduled minutes; null without schedule.
 */
export const Figures = Strict({
  bookings: Type.Integer({ description: 'Visits' }),
  services: Type.Integer({ description: 'Services in them' }),
  completed: Type.Integer({ description: 'Completed services' }),
  no_shows: Type.Integer({ description: 'Services whose client did not come' }),
  cancelled: Type.Integer({ description: 'Cancelled services' }),
  revenue_cents: Cents,
  booked_minutes: Type.Integer(),
  scheduled_minutes: Type.Integer(),
  utilization: Type.Union([Type.Number(), Type.Null()]),
});
export type Figures = Static<typeof Figures>;

export const Analytics = Strict({
  zone: Type.String(),
  currency: Type.String(),
  from: LocalDate,
  to: LocalDate,
  total: Figures,
  by_day: Type.Array(Strict({ date: LocalDate, ...Figures.properties })),
  by_barber: Type.Array(Strict({ barber_id: Id, barber_name: Type.String(), ...Figures.properties })),
});
export type Analytics = Static<typeof Analytics>;
