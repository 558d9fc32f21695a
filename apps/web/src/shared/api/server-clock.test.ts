import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { serverNowMs, updateServerClock } from './server-clock.ts';

const nowMs = Date.parse('2026-11-24T10:00:00Z');
const dateHeader = (aheadMs: number) => new Date(nowMs + aheadMs).toUTCString();

beforeEach(() => {
  vi.useFakeTimers({ now: nowMs });
  updateServerClock(dateHeader(0));
});
afterEach(() => {
  updateServerClock(dateHeader(0));
  vi.useRealTimers();
});

test.each([3_600_000, -3_600_000, 2000, -2000])(
  'a device clock that is off by %s ms is corrected',
  (aheadMs) => {
    updateServerClock(dateHeader(aheadMs));
    expect(serverNowMs()).toBe(nowMs + aheadMs);
    vi.advanceTimersByTime(5000);
    expect(serverNowMs()).toBe(nowMs + aheadMs + 5000);
  },
);

test('a difference of less than two seconds counts as the rounding of the header', () => {
  updateServerClock(dateHeader(60_000));
  updateServerClock(dateHeader(1000));
  expect(serverNowMs()).toBe(nowMs);
});

test.each([null, '', 'yesterday'])('a response with the date %j changes nothing', (header) => {
  updateServerClock(dateHeader(60_000));
  updateServerClock(header);
  expect(serverNowMs()).toBe(nowMs + 60_000);
});
