import { type Static, Type } from 'typebox';
import { DayPeriods, Email, Id, Instant, LocalDate, Name, Note, Strict } from './values.ts';

/** Working periods by ISO weekday, 1 (Monday) to 7 (Sunday). A missing weekday is a day off. */
export const WeeklySchedule = Type.Array(
  Strict({ weekday: Type.Integer({ minimum: 1, maximum: 7 }), periods: DayPeriods }),
  { maxItems: 7 },
);
export type WeeklySchedule = Static<typeof WeeklySchedule>;

export const Barber = Strict({
  id: Id,
  code: Type.Union([Type.String(), Type.Null()]),
  name: Type.String(),
  email: Type.Union([Type.String(), Type.Null()]),
  active: Type.Boolean(),
  service_ids: Type.Array(Id),
  schedule: WeeklySchedule,
});
export type Barber = Static<typeof Barber>;

export const BarberList = Strict({ barbers: Type.Array(Barber) });
export type BarberList = Static<typeof BarberList>;

export const BarberInput = Strict({
  code: Type.Optional(Type.String({ minLength: 1, maxLength: 40, pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$' })),
  name: Name,
  email: Type.Optional(Email),
  service_ids: Type.Array(Id, { maxItems: 500 }),
  schedule: Type.Optional(WeeklySchedule),
});
export type BarberInput = Static<typeof BarberInput>;

export const BarberChange = Type.Partial(
  Strict({
    name: Name,
    email: Type.Union([Email, Type.Null()]),
    active: Type.Boolean(),
    service_ids: Type.Array(Id, { maxItems: 500 }),
    schedule: WeeklySchedule,
  }),
  { additionalProperties: false },
);
export type BarberChange = Static<typeof BarberChange>;

export const TimeOffInput = Strict({ starts_at: Instant, ends_at: Instant, reason: Type.Optional(Note) });
export type TimeOffInput = Static<typeof TimeOffInput>;

export const TimeOff = Strict({
  id: Id,
  barber_id: Id,
  starts_at: Instant,
  ends_at: Instant,
  reason: Type.String(),
});
export type TimeOff = Static<typeof TimeOff>;
export const TimeOffList = Strict({ time_off: Type.Array(TimeOff) });
export type TimeOffList = Static<typeof TimeOffList>;

/**
 * An exception to the weekly schedule on one date. For a barber, the periods replace the weekly ones, even on a
 * holiday of the shop. For the shop (no barber_id), they restrict the weekly periods of all barbers; no periods close
 * the shop.
 */
export const DateOverrideInput = Strict({
  barber_id: Type.Optional(Id),
  date: LocalDate,
  periods: DayPeriods,
  reason: Type.Optional(Note),
});
export type DateOverrideInput = Static<typeof DateOverrideInput>;

export const DateOverride = Strict({
  id: Id,
  barber_id: Type.Union([Id, Type.Null()]),
  date: LocalDate,
  periods: DayPeriods,
  reason: Type.String(),
});
export type DateOverride = Static<typeof DateOverride>;
export const DateOverrideList = Strict({ overrides: Type.Array(DateOverride) });
export type DateOverrideList = Static<typeof DateOverrideList>;

export const DateOverrideListQuery = Strict({
  from: LocalDate,
  days: Type.Optional(Type.Integer({ minimum: 1, maximum: 366, default: 31 })),
});
export type DateOverrideListQuery = Static<typeof DateOverrideListQuery>;
