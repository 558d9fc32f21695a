import type { RetryPolicy } from '@bookedbarber/redis-tier/jobs';

/**
 * The messages to a client about a booking.
 * request: it awaits the shop's approval. confirmation: it is confirmed. reschedule: its time changed. cancellation:
 * it is cancelled. reminder: it starts soon. follow-up: the client did not show up.
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

/** The message to a barber that lists the appointments of a day. */
export const dailyScheduleKind = 'daily-schedule';

const minuteMs = 60_000;

/**
 * Ten attempts in about five hours. A mail with an unknown outcome is sent once more under the same Message-ID: a
 * duplicate is only a nuisance, and most mail programs show one copy, but a lost mail can cause a missed appointment.
 */
const mailRetry: RetryPolicy = {
  maxAttempts: 10,
  initialBackoffMs: minuteMs / 2,
  maxBackoffMs: 60 * minuteMs,
  maxUnknownResends: 1,
};

/**
 * Shorter backoff for messages that are useful for a limited time only. Their handlers skip them when they are too
 * late.
 */
const soonRetry: RetryPolicy = { ...mailRetry, maxBackoffMs: 10 * minuteMs };

/** A follow-up is not important enough to risk a duplicate. */
const followUpRetry: RetryPolicy = { ...mailRetry, maxUnknownResends: 0 };

export function retryOf(kind: MessageKind | typeof dailyScheduleKind): RetryPolicy {
  if (kind === 'reminder' || kind === dailyScheduleKind) return soonRetry;
  return kind === 'follow-up' ? followUpRetry : mailRetry;
}
