import { type Static, Type } from 'typebox';
import {
  Cents,
  Country,
  Currency,
  Email,
  Id,
  LocalDate,
  Name,
  Note,
  Phone,
  Slug,
  Strict,
  Zone,
} from './values.ts';

/** Quiet hours in minutes of the day. They extend past midnight if `until_minute` is less than `from_minute`. */
export const QuietHours = Strict({
  from_minute: Type.Integer({ minimum: 0, maximum: 1439 }),
  until_minute: Type.Integer({ minimum: 0, maximum: 1439 }),
});
export type QuietHours = Static<typeof QuietHours>;

/** P1D to P14D, PT1H to PT72H, PT15M to PT99M. */
export const ReminderTime = Type.String({
  pattern: '^(P([1-9]|1[0-4])D|PT([1-9]|[1-6]\\d|7[0-2])H|PT(1[5-9]|[2-9]\\d)M)$',
  description:
    'ISO 8601 duration before the booking. Days are calendar days: P1D of a booking at 9:00 is 9:00 on the day before. Hours and minutes are elapsed time',
});

/** The booking policy of a shop. Minutes are elapsed time; days are calendar days in the shop's zone. */
export const Policy = Strict({
  slot_interval_minutes: Type.Integer({
    minimum: 5,
    maximum: 60,
    description: 'Interval of start times in local time, independent of the duration of a service',
  }),
  min_notice_minutes: Type.Integer({
    minimum: 0,
    maximum: 43_200,
    description: 'Minimum notice for a booking',
  }),
  max_advance_days: Type.Integer({
    minimum: 1,
    maximum: 730,
    description: 'Maximum number of days that a booking can be made in advance',
  }),
  same_day_cutoff_minute: Type.Union([Type.Integer({ minimum: 0, maximum: 1440 }), Type.Null()], {
    description: 'Minute of the day from which bookings for the same day are rejected; null: none',
  }),
  change_notice_minutes: Type.Integer({
    minimum: 0,
    maximum: 43_200,
    description: 'Minimum notice for a client to move or cancel the booking by link',
  }),
  requires_approval: Type.Boolean({
    description: 'Guest bookings are pending until the shop confirms them',
  }),
  reminders: Type.Array(ReminderTime, {
    maxItems: 4,
    uniqueItems: true,
    description: 'Reminders of a confirmed booking; empty: no reminders',
  }),
  quiet_hours: Type.Union([QuietHours, Type.Null()], {
    description:
      'Minutes of the day without reminders: a reminder due in them is sent before them; null: no quiet hours',
  }),
  daily_schedule_minute: Type.Union([Type.Integer({ minimum: 0, maximum: 1439 }), Type.Null()], {
    description:
      'Minute of the day at which barbers with an email address receive their daily schedule; null: never',
  }),
  no_show_follow_up: Type.Boolean({
    description: 'Whether a no-show client receives a message on the next day with a link to book again',
  }),
});
export type Policy = Static<typeof Policy>;

export const PolicyChange = Type.Partial(Policy, { additionalProperties: false });
export type PolicyChange = Static<typeof PolicyChange>;

export const Service = Strict({
  id: Id,
  code: Type.String(),
  name: Type.String(),
  category: Type.String(),
  description: Type.String(),
  duration_minutes: Type.Integer(),
  price_cents: Cents,
});
export type Service = Static<typeof Service>;

export const ServiceInput = Strict({
  code: Type.String({ minLength: 1, maxLength: 40, pattern: '^[A-Za-z0-9][A-Za-z0-9+._ -]*$' }),
  name: Name,
  category: Type.Optional(Name),
  description: Type.Optional(Note),
  duration_minutes: Type.Integer({ minimum: 5, maximum: 720 }),
  buffer_before_minutes: Type.Optional(Type.Integer({ minimum: 0, maximum: 120 })),
  buffer_after_minutes: Type.Optional(Type.Integer({ minimum: 0, maximum: 120 })),
  price_cents: Cents,
});
export type ServiceInput = Static<typeof ServiceInput>;

export const ServiceChange = Type.Partial(Strict({ ...ServiceInput.properties, active: Type.Boolean() }), {
  additionalProperties: false,
});
export type ServiceChange = Static<typeof ServiceChange>;

export const PublicBarber = Strict({
  id: Id,
  name: Type.String(),
  service_ids: Type.Array(Id),
});
export type PublicBarber = Static<typeof PublicBarber>;

export const ShopSummary = Strict({
  slug: Type.String(),
  name: Type.String(),
  zone: Type.String(),
  address: Type.String(),
});
export type ShopSummary = Static<typeof ShopSummary>;

export const ShopList = Strict({ shops: Type.Array(ShopSummary) });
export type ShopList = Static<typeof ShopList>;

export const Shop = Strict({
  slug: Type.String(),
  name: Type.String(),
  zone: Type.String(),
  currency: Type.String(),
  country: Type.String(),
  address: Type.String(),
  phone: Type.Union([Type.String(), Type.Null()]),
  email: Type.Union([Type.String(), Type.Null()]),
  today: LocalDate,
  policy: Policy,
  services: Type.Array(Service),
  barbers: Type.Array(PublicBarber),
});
export type Shop = Static<typeof Shop>;

export const ShopInput = Strict({
  organisation: Strict({ slug: Slug, name: Name }),
  slug: Slug,
  name: Name,
  zone: Zone,
  currency: Currency,
  country: Country,
  address: Type.Optional(Note),
  phone: Type.Optional(Phone),
  email: Type.Optional(Email),
  policy: Type.Optional(PolicyChange),
});
export type ShopInput = Static<typeof ShopInput>;

export const ShopChange = Type.Partial(
  Strict({
    name: Name,
    address: Note,
    phone: Type.Union([Phone, Type.Null()]),
    email: Type.Union([Email, Type.Null()]),
    policy: PolicyChange,
  }),
  { additionalProperties: false },
);
export type ShopChange = Static<typeof ShopChange>;
