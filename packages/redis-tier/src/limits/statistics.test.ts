import { expect, test } from 'vitest';
import { decisionOf, outageDecision } from './decision.ts';
import { createStatistics } from './statistics.ts';

const windowOf = (limit: number, remaining: number, waitMs = 0, name = 'minute') => ({
  name,
  seconds: 60,
  limit,
  remaining,
  waitMs,
  resetMs: waitMs,
});

test('a request is near a limit when at most a tenth is left in any window', () => {
  const statistics = createStatistics();
  const count = statistics.counterOf('default');
  const nearLimit = () => statistics.snapshot(null).limits['default']?.nearLimit;
  count(decisionOf(true, 'redis', [windowOf(100, 11), windowOf(1000, 101)]), 1);
  expect(nearLimit()).toBe(0);
  count(decisionOf(true, 'redis', [windowOf(100, 10), windowOf(1000, 900)]), 1);
  count(decisionOf(true, 'local', [windowOf(100, 90), windowOf(1000, 100)]), 1);
  expect(nearLimit()).toBe(2);
});

test('counts each limit by itself: units, denials by window, and who decided', () => {
  const statistics = createStatistics();
  const [one, two] = [statistics.counterOf('one'), statistics.counterOf('two')];
  one(decisionOf(true, 'redis', [windowOf(100, 50)]), 5);
  one(decisionOf(true, 'local', [windowOf(100, 50)]), 2);
  const denied = [windowOf(1, 0, 5, 'minute'), windowOf(9, 9, 0, 'hour'), windowOf(5, 0, 7, 'day')];
  one(decisionOf(false, 'redis', denied), 1);
  one(decisionOf(false, 'deny-cache', denied), 1);
  two(outageDecision(), 1);
  statistics.countCall(3);
  statistics.countCall(4);
  statistics.countError();
  const snapshot = statistics.snapshot({ pendingConsumption: { waiting: 6, lost: 7 }, fleetSize: 8 });
  expect(snapshot).toMatchObject({
    calls: 2,
    checks: 7,
    errors: 1,
    pendingConsumption: 6,
    lostConsumption: 7,
    fleetSize: 8,
  });
  expect(snapshot.limits['one']).toEqual({
    unitsAllowed: 7,
    allowed: 2,
    denied: 2,
    deniedFromDenyCache: 1,
    local: 1,
    unavailable: 0,
    nearLimit: 0,
    exceededWindows: { minute: 2, day: 2 },
  });
  expect(snapshot.limits['two']).toMatchObject({ allowed: 0, denied: 0, unavailable: 1 });
});
