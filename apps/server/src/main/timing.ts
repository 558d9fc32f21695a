/** The shipped intervals and timeouts, in ms. Tests override them to avoid waiting. */
export const shippedTiming = {
  /** Longest wait for a connection to the database. */
  databaseAcquireMs: 10_000,
  databaseStatementMs: 15_000,
  /** Time limit of a request, so that an unresponsive database does not hold it forever; the response is then 503. */
  handlerMs: 20_000,
  /** Longest time without any reply from Redis while limit checks are pending. */
  limitsDeadlineMs: 100,
  /** Interval of Redis health samples. */
  healthIntervalMs: 1000,
  /** Timeout of a sample; below the interval, so that one sample reveals an unresponsive server. */
  healthTimeoutMs: 500,
  /** How long the outbox counts are reused. */
  outboxCountsMs: 5000,
  /** Timeout of the outbox counts; after it, status reports omit them. */
  outboxWithinMs: 1000,
  /** Timeout of the readiness query; after it, the database counts as not ready. */
  readyWithinMs: 2000,
  /** Requests that take at least this long are logged as slow. */
  slowRequestMs: 1000,
};

export type Timing = typeof shippedTiming;
