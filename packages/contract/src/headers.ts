/** Header that makes a POST safe to send again: 8 to 128 printable characters, unique for each intent. */
export const idempotencyKeyHeader = 'idempotency-key';

/** Set to "true" on an answer that was given before for the same Idempotency-Key. */
export const idempotencyReplayedHeader = 'idempotency-replayed';

/** Header that carries the token of a booking's own link; it is the fragment of manage_url and never part of a path. */
export const bookingTokenHeader = 'booking-token';
