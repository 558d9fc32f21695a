import type { RetryPolicy } from '@bookedbarber/redis-tier/jobs';

/**
 * The messages to a client about a booking.
 * request: it waits for the shop. confirmation: it stands. reschedule: it has moved. cancellation: it is off.
 * reminder: it is near. follow-up: nobody came.
 */
export const messageKinds = [
  'request',
  'confirmation',
  'reschedule',
  'cancellation',
  'reminder',
  'follow-up',
] as const;
export type MessageKind = (typeof messageKinds)[number];

/** The message to a barber that lists a day's visits. */
export const dailyScheduleKind = 'daily-schedule';

const minuteMs = 60_000;

/**
 * Ten tries in about five hours. A mail of which nobody knows whether it went out is sent once more under the same
 * Message-ID: to get such a mail twice is a nuisance, to get none is a missed visit, and most mail programs show one.
 */
const mailRetry: RetryPolicy = {
  maxAttempts: 10,
  initialBackoffMs: minuteMs / 2,
  maxBackoffMs: 60 * minuteMs,
  maxUnknownResends: 1,
};

/** What is worth less with every minute comes again soon; after its hour it is not sent at all. */
const soonRetry: RetryPolicy = { ...mailRetry, maxBackoffMs: 10 * minuteMs };

/** Nobody misses it: it is not sent a second time for having perhaps been lost. */
const followUpRetry: RetryPolicy = { ...mailRetry, maxUnknownResends: 0 };

export function retryOf(kind: MessageKind | typeof dailyScheduleKind): RetryPolicy {
  if (kind === 'reminder' || kind === dailyScheduleKind) return soonRetry;
  return kind === 'follow-up' ? followUpRetry : mailRetry;
}
