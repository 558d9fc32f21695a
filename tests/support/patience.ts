import type { Timing } from '../../apps/server/src/main/timing.ts';

/** Longest time that the cache waits for a reply of Redis, in ms. */
export const patientCacheMs = 60_000;

/**
 * Nothing waits for an interval, and no answer is late only because the machine is busy. A test that takes Redis or the
 * database away sets the time limits that it is about.
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

/** As shipped, for a test that takes Redis away. */
export const shippedDeadlines = {
  cacheDeadlineMs: null,
  timing: { limitsDeadlineMs: 100, healthTimeoutMs: 500 },
};
