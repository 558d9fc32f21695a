import { expect, test } from 'vitest';
import { messageKinds, retryOf } from './message-kinds.ts';

/** The longest backoff before each retry of a message, in minutes. */
function backoffMinutes(kind: Parameters<typeof retryOf>[0]): number[] {
  const { maxAttempts, initialBackoffMs, maxBackoffMs } = retryOf(kind);
  return Array.from(
    { length: maxAttempts - 1 },
    (_, retry) => Math.min(initialBackoffMs * 2 ** retry, maxBackoffMs) / 60_000,
  );
}

const hourly = [0.5, 1, 2, 4, 8, 16, 32, 60, 60];
const everyTenMinutes = [0.5, 1, 2, 4, 8, 10, 10, 10, 10];

test.each([
  ['request', hourly, 1],
  ['confirmation', hourly, 1],
  ['reschedule', hourly, 1],
  ['cancellation', hourly, 1],
  ['reminder', everyTenMinutes, 1],
  ['follow-up', hourly, 0],
] as const)('the retries of a %s, and resends after an unknown outcome', (kind, minutes, resends) => {
  expect(backoffMinutes(kind)).toEqual(minutes);
  expect(retryOf(kind).maxUnknownResends).toBe(resends);
});

test('a daily schedule is retried like a reminder', () => {
  expect(retryOf('daily-schedule')).toEqual(retryOf('reminder'));
  expect(messageKinds).not.toContain('daily-schedule');
});
