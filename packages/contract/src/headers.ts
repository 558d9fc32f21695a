/** Request header that makes retries of a POST safe: 8 to 128 printable characters, unique for each operation. */
export const idempotencyKeyHeader = 'idempotency-key';

/** Response header: "true" if the response is a replay for the same Idempotency-Key. */
export const idempotencyReplayedHeader = 'idempotency-replayed';

/** Request header with the token of a booking link: the fragment of manage_url, which is never part of a path. */
export const bookingTokenHeader = 'booking-token';
