import { expect, test } from 'vitest';
import { shippedTiming } from './timing.ts';

test('reports an unresponsive Redis within two seconds and an unresponsive database within three', () => {
  const { healthIntervalMs, healthTimeoutMs, readyWithinMs } = shippedTiming;
  expect(healthTimeoutMs).toBeLessThan(healthIntervalMs);
  expect(healthIntervalMs + healthTimeoutMs).toBeLessThan(2000);
  expect(readyWithinMs).toBeLessThan(3000);
});
