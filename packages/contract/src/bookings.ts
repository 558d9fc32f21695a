import { type Static, Type } from 'typebox';
import { PreferencesChange } from './clients.ts';
import { Cents, Email, Id, Instant, LocalDate, Name, Note, Phone, Strict } from './values.ts';

export const BookingStatus = Type.Union([
  Type.Literal('held'),
  Type.Literal('pending'),
  Type.Literal('confirmed'),
  Type.Literal('completed'),
  Type.Literal('no_show'),
  Type.Literal('cancelled'),
]);
export type BookingStatus = Static<typeof BookingStatus>;

/**
 * One service of a booking, with a specific barber or (null) any available one. Services follow each other in order.
 */
export const SegmentRequest = Strict({
  service_id: Id,
  barber_id: Type.Optional(Type.Union([Id, Type.Null()], { description: 'null or absent: any barber' })),
});
export type SegmentRequest = Static<typeof SegmentRequest>;

export const SegmentRequests = Type.Array(SegmentRequest, { minItems: 1, maxItems: 5 });

export const AvailabilityQuery = Strict({
  segment: Type.Array(
    Type.String({
      maxLength: 73,
      pattern: '^[0-9a-fA-F-]{36}:([0-9a-fA-F-]{36}|any)$',
      description: '{service id}:{barber id or any}',
    }),
    { minItems: 1, maxItems: 5, description: 'The services of the booking, in order; repeat the parameter' },
  ),
  from: LocalDate,
  days: Type.Optional(Type.Integer({ minimum: 1, maximum: 31, default: 7 })),
});
export type AvailabilityQuery = Static<typeof AvailabilityQuery>;

export const Availability = Strict({
  zone: Type.String(),
  slot_interval_minutes: Type.Integer(),
  duration_minutes: Type.Integer({ description: 'Duration of the whole booking' }),
  days: Type.Array(
    Strict({
      date: LocalDate,
      starts: Type.Array(Instant, {
        description: 'Free start times in order, with the UTC offset of the zone at that time',
      }),
    }),
  ),
});
export type Availability = Static<typeof Availability>;

export const HoldInput = Strict({ segments: SegmentRequests, start: Instant });
export type HoldInput = Static<typeof HoldInput>;

export const BookedSegment = Strict({
  service_id: Id,
  service_name: Type.String(),
  barber_id: Id,
  barber_name: Type.String(),
  starts_at: Instant,
  ends_at: Instant,
  price_cents: Cents,
});
export type BookedSegment = Static<typeof BookedSegment>;

export const Hold = Strict({
  id: Id,
  expires_at: Instant,
  starts_at: Instant,
  ends_at: Instant,
  segments: Type.Array(BookedSegment),
});
export type Hold = Static<typeof Hold>;

/** The client of a booking. Preferences are stored only for a new client. */
export const Guest = Strict({
  name: Name,
  email: Email,
  phone: Type.Optional(Phone),
  preferences: Type.Optional(PreferencesChange),
});
export type Guest = Static<typeof Guest>;

/** Requires either the id of a hold, or segments and a start. */
export const BookingInput = Strict({
  hold_id: Type.Optional(Id),
  segments: Type.Optional(SegmentRequests),
  start: Type.Optional(Instant),
  client: Guest,
  note: Type.Optional(Note),
});
export type BookingInput = Static<typeof BookingInput>;

export const Booking = Strict({
  id: Id,
  shop: Strict({
    slug: Type.String(),
    name: Type.String(),
    zone: Type.String(),
    currency: Type.String(),
    address: Type.String(),
    phone: Type.Union([Type.String(), Type.Null()]),
  }),
  status: BookingStatus,
  version: Type.Integer({
    description: 'Increments with every change; also the SEQUENCE of the calendar file',
  }),
  starts_at: Instant,
  ends_at: Instant,
  segments: Type.Array(BookedSegment),
  price_cents: Cents,
  client: Strict({
    name: Type.String(),
    email: Type.Union([Type.String(), Type.Null()]),
    phone: Type.Union([Type.String(), Type.Null()]),
  }),
  note: Type.String(),
  change_until: Type.Union([Instant, Type.Null()], {
    description: 'Deadline for changes by link; null when the booking can no longer be changed',
  }),
  created_at: Instant,
});
export type Booking = Static<typeof Booking>;

/**
 * The response to a new booking. The guest moves or cancels the booking with manage_url, whose fragment is the token.
 */
export const BookingCreated = Strict({ booking: Booking, manage_url: Type.String() });
export type BookingCreated = Static<typeof BookingCreated>;

export const RescheduleInput = Strict({
  start: Instant,
  segments: Type.Optional(
    Type.Array(SegmentRequest, {
      minItems: 1,
      maxItems: 5,
      description: 'If absent, the same services with the same barbers',
    }),
  ),
  version: Type.Optional(
    Type.Integer({ minimum: 1, description: 'Reject the request if the booking has another version' }),
  ),
});
export type RescheduleInput = Static<typeof RescheduleInput>;

export const CancelInput = Strict({ reason: Type.Optional(Note) });
export type CancelInput = Static<typeof CancelInput>;

export const BookingListQuery = Strict({
  from: LocalDate,
  days: Type.Optional(Type.Integer({ minimum: 1, maximum: 31, default: 1 })),
});
export type BookingListQuery = Static<typeof BookingListQuery>;

export const BookingList = Strict({ zone: Type.String(), bookings: Type.Array(Booking) });
export type BookingList = Static<typeof BookingList>;
