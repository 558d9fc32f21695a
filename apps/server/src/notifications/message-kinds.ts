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
export const dayListKind = 'day-list';

const minuteMs = 60_000;

/**
 * Ten tries in about five hours. A mail of which nobody knows whether it went out is sent once more under the same
 * Message-ID: to get such a mail twice is a nuisance, to get none is a missed visit, and most mail programs show one.
 */
const mailRetry: RetryPolicy = {
  mostAttempts: 10,
  firstPauseMs: minuteMs / 2,
  longestPauseMs: 60 * minuteMs,
  resendUnknown: 1,
};

/** What is worth less with every minute comes again soon; after its hour it is not sent at all. */
const soonRetry: RetryPolicy = { ...mailRetry, longestPauseMs: 10 * minuteMs };

/** Nobody misses it: it is not sent a second time for having perhaps been lost. */
const followUpRetry: RetryPolicy = { ...mailRetry, resendUnknown: 0 };

export function retryOf(kind: MessageKind | typeof dayListKind): RetryPolicy {
  if (kind === 'reminder' || kind === dayListKind) return soonRetry;
  return kind === 'follow-up' ? followUpRetry : mailRetry;
}
