import { expect, test } from 'vitest';
import { pauseMs } from './handler.ts';

const policy = { maxAttempts: 9, initialBackoffMs: 1000, maxBackoffMs: 5000, maxUnknownResends: 0 };
const pauses = (random: number) =>
  [0, 1, 2, 3, 4, 5].map((attempts) => pauseMs(policy, attempts, () => random));

test('the pause before the next attempt doubles up to its maximum, of which at least half is kept', () => {
  expect(pauses(0.999_999)).toEqual([1000, 1000, 2000, 4000, 5000, 5000]);
  expect(pauses(0)).toEqual([500, 500, 1000, 2000, 2500, 2500]);
  expect(pauses(0.5)).toEqual([750, 750, 1500, 3000, 3750, 3750]);
});
