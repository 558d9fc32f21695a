import * as tier from '@bookedbarber/redis-tier';
import useTier from './use-tier.cjs';

const { expect, test, vi } = globalThis;

test('reads, invalidations and checks do not wait for fake timers', async () => {
  const withFakeTimers = async (work) => {
    vi.useFakeTimers();
    try {
      return await work();
    } finally {
      vi.useRealTimers();
    }
  };
  expect(await useTier(tier, withFakeTimers)).toBe('2 2 true true');
});
