import { type Static, Type } from 'typebox';
import { Instant } from './values.ts';

/** Every error code of the API with its HTTP status and its title. Codes are stable: clients branch on them. */
export const problems = {
  invalid_request: { status: 400, title: 'The request is not valid' },
  idempotency_key_missing: { status: 400, title: 'An Idempotency-Key header is required' },
  unauthorized: { status: 401, title: 'Credentials are missing or wrong' },
  address_denied: { status: 403, title: 'This address may not use the service' },
  not_found: { status: 404, title: 'There is nothing at this address' },
  shop_not_found: { status: 404, title: 'There is no such shop' },
  booking_not_found: { status: 404, title: 'There is no such booking, or the link is not its link' },
  resource_not_found: { status: 404, title: 'There is no such record in this shop' },
  method_not_allowed: { status: 405, title: 'This address does not take this method' },
  slot_taken: { status: 409, title: 'This time is no longer free' },
  hold_expired: { status: 409, title: 'The hold on this time has ended' },
  booking_ended: { status: 409, title: 'The booking is cancelled or over' },
  version_conflict: { status: 409, title: 'The booking was changed by somebody else meanwhile' },
  slug_taken: { status: 409, title: 'This name is already taken' },
  record_conflict: { status: 409, title: 'The record collides with one that exists' },
  payload_too_large: { status: 413, title: 'The request body is too large' },
  unsupported_media_type: { status: 415, title: 'The body must be application/json' },
  idempotency_key_reused: { status: 422, title: 'This Idempotency-Key was used for another request' },
  service_unknown: { status: 422, title: 'The shop does not offer this service' },
  barber_unknown: { status: 422, title: 'This barber does not work in this shop' },
  barber_does_not_offer: { status: 422, title: 'This barber does not offer this service' },
  off_grid: { status: 422, title: 'The time is not on the grid of this shop' },
  start_in_past: { status: 422, title: 'The time has passed' },
  too_soon: { status: 422, title: 'The shop wants to know of a visit earlier' },
  too_far_ahead: { status: 422, title: 'The shop does not take bookings that far ahead' },
  same_day_closed: { status: 422, title: 'The shop takes no more bookings for today' },
  too_late_to_change: { status: 422, title: 'It is too late to change this booking online' },
  phone_invalid: { status: 422, title: 'The telephone number is not valid' },
  status_not_possible: { status: 422, title: 'The booking cannot go from its status to this one' },
  rate_limited: { status: 429, title: 'There are too many requests; wait as Retry-After says' },
  internal_error: { status: 500, title: 'Something went wrong on our side' },
  overloaded: { status: 503, title: 'The service has more to do than it can; wait as Retry-After says' },
  unavailable: { status: 503, title: 'The service is busy or starting; try again shortly' },
} as const;

export type ProblemCode = keyof typeof problems;

/** RFC 9457 problem details, with a stable `code`, the faulty fields, and for a lost slot the next free times. */
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
        description: 'The windows whose limit is reached, as RateLimit-Policy names them',
      }),
    ),
    next_free: Type.Optional(
      Type.Array(Instant, { description: 'The next starts that are free for the same request' }),
    ),
  },
  { description: 'RFC 9457 problem details' },
);
export type Problem = Static<typeof Problem>;
