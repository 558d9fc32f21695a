import { expect, test } from 'vitest';
import { shippedTiming } from './timing.ts';

test('a frozen Redis is reported as degraded within two seconds, a frozen database as not ready within three', () => {
  const { healthIntervalMs, healthTimeoutMs, readyWithinMs } = shippedTiming;
  expect(healthTimeoutMs).toBeLessThan(healthIntervalMs);
  expect(healthIntervalMs + healthTimeoutMs).toBeLessThan(2000);
  expect(readyWithinMs).toBeLessThan(3000);
});
