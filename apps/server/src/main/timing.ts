/** Intervals and time limits in ms, as shipped. Tests set others, so that none of them waits for an interval. */
export const shippedTiming = {
  /** Longest wait for a connection to the database. */
  databaseAcquireMs: 10_000,
  databaseStatementMs: 15_000,
  /** A frozen database must not hold requests for ever; they are told to come again. */
  handlerMs: 20_000,
  /** Longest time without any reply of Redis while checks of limits wait. */
  limitsDeadlineMs: 100,
  /** How often Redis is asked how it fares. */
  healthIntervalMs: 1000,
  /** Below the interval, so that a frozen server is reported within one sample. */
  healthTimeoutMs: 500,
  /** How long counts of the outbox are used before they are counted again. */
  outboxCountsMs: 5000,
  /** A database that is unavailable holds up no report: its part is left out after this time. */
  outboxWithinMs: 1000,
  /** A database that takes longer for nothing is not ready: a frozen one would otherwise never be reported. */
  readyWithinMs: 2000,
  /** From here on a request is slow enough for a line in the log. */
  slowRequestMs: 1000,
};

export type Timing = typeof shippedTiming;
