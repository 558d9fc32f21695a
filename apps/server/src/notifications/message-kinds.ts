import type { RetryPolicy } from '@bookedbarber/redis-tier/jobs';

/**
 * The messages about a booking.
 * request: it waits for the shop. confirmation: it stands. reschedule: it has moved. cancellation: it is off.
 * reminder: it is near.
 */
export const messageKinds = ['request', 'confirmation', 'reschedule', 'cancellation', 'reminder'] as const;
export type MessageKind = (typeof messageKinds)[number];

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

/** A reminder is worth less with every minute, so its pauses stay short; after the visit has begun it is not sent at all. */
const reminderRetry: RetryPolicy = { ...mailRetry, longestPauseMs: 10 * minuteMs };

export function retryOf(kind: MessageKind): RetryPolicy {
  return kind === 'reminder' ? reminderRetry : mailRetry;
}
