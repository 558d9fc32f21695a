import { expect, test } from 'vitest';
import { defaultJobsTuning } from './jobs-options.ts';

const { aheadMs, requeueAfterMs, overdueMs, leaseMs, reconcileEveryMs, pollIntervalMs } = defaultJobsTuning;

test('by default messages are enqueued five minutes ahead, and again when they are half a minute late', () => {
  expect({ aheadMs, requeueAfterMs }).toEqual({ aheadMs: 300_000, requeueAfterMs: 30_000 });
});

test('by default polling takes over after the queue had a second chance', () => {
  expect(overdueMs).toBeGreaterThanOrEqual(2 * requeueAfterMs);
});

test('by default the messages of a killed worker are taken over within a quarter of a minute', () => {
  expect(leaseMs + reconcileEveryMs).toBeLessThanOrEqual(15_000);
  // A lease survives two renewals that fail.
  expect(leaseMs / 3).toBeGreaterThan(2 * pollIntervalMs);
});
