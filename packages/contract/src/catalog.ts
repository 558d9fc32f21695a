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

/** Until when quiet hours last: past midnight when `until_minute` is before `from_minute`. */
export const QuietHours = Strict({
  from_minute: Type.Integer({ minimum: 0, maximum: 1439 }),
  until_minute: Type.Integer({ minimum: 0, maximum: 1439 }),
});
export type QuietHours = Static<typeof QuietHours>;

/** P1D to P14D, PT1H to PT72H, PT15M to PT99M. */
export const ReminderTime = Type.String({
  pattern: '^(P([1-9]|1[0-4])D|PT([1-9]|[1-6]\\d|7[0-2])H|PT(1[5-9]|[2-9]\\d)M)$',
  description:
    'ISO 8601 duration before the visit. Days are days of the wall clock: P1D of a visit at nine is nine; hours and minutes are elapsed time',
});

/** The rules of a shop for bookings. Minutes and days are elapsed minutes and calendar days in the shop's zone. */
export const Policy = Strict({
  slot_interval_minutes: Type.Integer({
    minimum: 5,
    maximum: 60,
    description: 'Starts lie on this grid of wall time; it is independent of the length of a service',
  }),
  min_notice_minutes: Type.Integer({
    minimum: 0,
    maximum: 43_200,
    description: 'Shortest notice for a booking',
  }),
  max_advance_days: Type.Integer({
    minimum: 1,
    maximum: 730,
    description: 'How many days ahead can be booked',
  }),
  same_day_cutoff_minute: Type.Union([Type.Integer({ minimum: 0, maximum: 1440 }), Type.Null()], {
    description: 'From this minute of the day on, no more bookings for the same day; null: no such rule',
  }),
  change_notice_minutes: Type.Integer({
    minimum: 0,
    maximum: 43_200,
    description: 'Until how long before the start a client can move or cancel by link',
  }),
  requires_approval: Type.Boolean({
    description: 'Guest bookings wait as pending until the shop confirms them',
  }),
  reminders: Type.Array(ReminderTime, {
    maxItems: 4,
    uniqueItems: true,
    description: 'When clients are reminded of a confirmed visit; none: never',
  }),
  quiet_hours: Type.Union([QuietHours, Type.Null()], {
    description:
      'Minutes of the day in which nobody is reminded: what would fall into them is sent before them; null: no such hours',
  }),
  daily_schedule_minute: Type.Union([Type.Integer({ minimum: 0, maximum: 1439 }), Type.Null()], {
    description:
      'Minute of the day at which barbers with an e-mail address get the list of their visits; null: never',
  }),
  no_show_follow_up: Type.Boolean({
    description: 'Whether a client who did not come is asked on the next day to choose another time',
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
