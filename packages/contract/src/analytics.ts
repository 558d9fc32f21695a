import { type Static, Type } from 'typebox';
import { Cents, Id, LocalDate, Strict } from './values.ts';

export const AnalyticsQuery = Strict({
  from: LocalDate,
  to: LocalDate,
});
export type AnalyticsQuery = Static<typeof AnalyticsQuery>;

/**
 * Figures of one day, one barber or the whole range. `services` counts booked services of every status except holds.
 * `revenue_cents` is the sum of the prices of completed services. `utilization` is the minutes of services that are not
 * cancelled divided by the scheduled minutes, or null without a schedule.
 */
export const Figures = Strict({
  bookings: Type.Integer({ description: 'Number of bookings' }),
  services: Type.Integer({ description: 'Number of booked services' }),
  completed: Type.Integer({ description: 'Completed services' }),
  no_shows: Type.Integer({ description: 'Services with the status no_show' }),
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
