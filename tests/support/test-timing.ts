import type { Timing } from '../../apps/server/src/main/timing.ts';

/** Longest wait of the cache for a reply from Redis, in ms. */
export const patientCacheMs = 60_000;

/**
 * Short intervals, so that tests do not wait, and long timeouts, so that a busy machine causes no failure. A test of
 * an outage sets the timeouts that it needs.
 */
export const patientTiming: Partial<Timing> = {
  databaseAcquireMs: 120_000,
  databaseStatementMs: 120_000,
  handlerMs: 120_000,
  limitsDeadlineMs: 60_000,
  healthIntervalMs: 100,
  healthTimeoutMs: 60_000,
  outboxCountsMs: 0,
  outboxWithinMs: 60_000,
  readyWithinMs: 60_000,
};

/** The shipped deadlines, for tests of a Redis outage. */
export const shippedDeadlines = {
  cacheDeadlineMs: null,
  timing: { limitsDeadlineMs: 100, healthTimeoutMs: 500 },
};
