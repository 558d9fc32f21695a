import { type Static, Type } from 'typebox';
import { Instant } from './values.ts';

/** Every error code of the API with its HTTP status and title. Codes are stable, so that clients can branch on them. */
export const problems = {
  invalid_request: { status: 400, title: 'The request is invalid' },
  idempotency_key_missing: { status: 400, title: 'An Idempotency-Key header is required' },
  unauthorized: { status: 401, title: 'Credentials are missing or invalid' },
  address_denied: { status: 403, title: 'Your IP address is blocked' },
  not_found: { status: 404, title: 'Not found' },
  shop_not_found: { status: 404, title: 'The shop was not found' },
  booking_not_found: { status: 404, title: 'The booking was not found, or the link is invalid' },
  resource_not_found: { status: 404, title: 'The record was not found in this shop' },
  method_not_allowed: { status: 405, title: 'The method is not allowed for this path' },
  slot_taken: { status: 409, title: 'This time is no longer available' },
  hold_expired: { status: 409, title: 'The hold on this time has expired' },
  booking_ended: { status: 409, title: 'The booking is cancelled or in the past' },
  version_conflict: { status: 409, title: 'The booking has changed in the meantime' },
  slug_taken: { status: 409, title: 'This name is already taken' },
  record_conflict: { status: 409, title: 'The record conflicts with an existing one' },
  payload_too_large: { status: 413, title: 'The request body is too large' },
  unsupported_media_type: { status: 415, title: 'The body must be application/json' },
  idempotency_key_reused: { status: 422, title: 'This Idempotency-Key was already used for another request' },
  service_unknown: { status: 422, title: 'The shop does not offer this service' },
  barber_unknown: { status: 422, title: 'This barber does not work in this shop' },
  barber_does_not_offer: { status: 422, title: 'This barber does not offer this service' },
  off_grid: { status: 422, title: 'The shop does not offer this start time' },
  start_in_past: { status: 422, title: 'The time is in the past' },
  too_soon: { status: 422, title: 'The shop requires more notice for a booking' },
  too_far_ahead: { status: 422, title: 'The shop does not accept bookings that far ahead' },
  same_day_closed: { status: 422, title: 'The shop no longer accepts bookings for today' },
  too_late_to_change: { status: 422, title: 'It is too late to change this booking online' },
  phone_invalid: { status: 422, title: 'The phone number is invalid' },
  status_not_possible: {
    status: 422,
    title: 'The booking cannot change from its current status to this one',
  },
  rate_limited: { status: 429, title: 'Too many requests; retry after the time in Retry-After' },
  internal_error: { status: 500, title: 'An internal error occurred' },
  overloaded: { status: 503, title: 'The service is overloaded; retry after the time in Retry-After' },
  unavailable: { status: 503, title: 'The service is temporarily unavailable; try again shortly' },
} as const;

export type ProblemCode = keyof typeof problems;

/** RFC 9457 problem details, with a stable `code`, the invalid fields, and for `slot_taken` the next free times. */
export const Problem = Type.Object(
  {
    type: Type.String({ description: 'urn:bookedbarber:problem:{code}' }),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String(),
    detail: Type.Optional(Type.String()),
    request_id: Type.Optional(Type.String()),
    errors: Type.Optional(Type.Array(Type.Object({ field: Type.String(), message: Type.String() }))),
    exceeded_windows: Type.Optional(
      Type.Array(Type.String(), {
        description: 'The windows whose limit is exceeded, as named in RateLimit-Policy',
      }),
    ),
    next_free: Type.Optional(
      Type.Array(Instant, { description: 'The next free start times for the same request' }),
    ),
  },
  { description: 'RFC 9457 problem details' },
);
export type Problem = Static<typeof Problem>;
