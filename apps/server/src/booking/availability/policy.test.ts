import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatInstant } from '../../time/wall-time.ts';
import {
  type BookingPolicy,
  bookableWindow,
  changeDeadline,
  checkNotice,
  checkStart,
  windowHoldsUntilMs,
} from './policy.ts';

const zone = 'America/New_York';
const at = (text: string) => Date.parse(text);
const now = at('2026-10-31T09:00:00-04:00');
const policy = (fields: Partial<BookingPolicy> = {}): BookingPolicy => ({
  zone,
  slotIntervalMinutes: 10,
  minNoticeMinutes: 60,
  maxAdvanceDays: 2,
  sameDayCutoffMinute: null,
  changeNoticeMinutes: 120,
  ...fields,
});
const window = (fields: Partial<BookingPolicy>, nowMs = now) => {
  const { earliestMs, endMs } = bookableWindow(policy(fields), nowMs);
  return [formatInstant(zone, earliestMs), formatInstant(zone, endMs)];
};
const codeOf = (work: () => void): string => {
  try {
    work();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return 'fine';
};

describe('the bookable window', () => {
  test('begins after the lead time, which is elapsed time, and ends with the furthest calendar day', () => {
    expect(window({})).toEqual(['2026-10-31T10:00:00-04:00', '2026-11-03T00:00:00-05:00']);
    expect(window({ minNoticeMinutes: 24 * 60 })[0]).toBe('2026-11-01T08:00:00-05:00');
  });

  test('begins tomorrow from the cut-off on, unless the lead time is longer', () => {
    expect(window({ sameDayCutoffMinute: 541 })[0]).toBe('2026-10-31T10:00:00-04:00');
    expect(window({ sameDayCutoffMinute: 540 })[0]).toBe('2026-11-01T00:00:00-04:00');
    expect(window({ sameDayCutoffMinute: 0, minNoticeMinutes: 24 * 60 })[0]).toBe(
      '2026-11-01T08:00:00-05:00',
    );
    expect(window({ sameDayCutoffMinute: 1440 })[0]).toBe('2026-10-31T10:00:00-04:00');
  });

  test('gives the same starts as long as it is said to hold, and for no whole minute longer', () => {
    const minuteMs = 60_000;
    fc.assert(
      fc.property(
        fc.constantFrom(zone, 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC'),
        fc.integer({ min: -3_600_000, max: 90_000_000 }),
        fc.integer({ min: 0, max: 60_000 }),
        fc.integer({ min: 0, max: 3000 }),
        fc.option(fc.integer({ min: 0, max: 1440 })),
        (ofZone, fromNowMs, laterMs, minNoticeMinutes, sameDayCutoffMinute) => {
          const rules = policy({ zone: ofZone, minNoticeMinutes, sameDayCutoffMinute });
          const nowMs = now + fromNowMs;
          const untilMs = windowHoldsUntilMs(nowMs);
          expect(untilMs - nowMs).toBeGreaterThan(0);
          expect(untilMs - nowMs).toBeLessThanOrEqual(minuteMs);
          const begins = (atMs: number) => {
            const { earliestMs, endMs } = bookableWindow(rules, atMs);
            return [Math.ceil(earliestMs / minuteMs), endMs];
          };
          expect(begins(Math.min(nowMs + laterMs, untilMs - 1))).toEqual(begins(nowMs));
        },
      ),
    );
  });

  test('agrees with the check of a booking, on every start of three days', () => {
    for (const cutoff of [null, 540, 541]) {
      const rules = policy({ sameDayCutoffMinute: cutoff });
      const { earliestMs, endMs } = bookableWindow(rules, now);
      for (let ms = now; ms < now + 80 * 3_600_000; ms += 600_000) {
        expect(codeOf(() => checkNotice(rules, ms, now)) === 'fine').toBe(ms >= earliestMs && ms < endMs);
      }
    }
  });
});

test.each([
  ['2026-10-31T09:59:59-04:00', {}, 'too_soon'],
  ['2026-10-31T10:00:00-04:00', {}, 'fine'],
  ['2026-10-31T15:00:00-04:00', { sameDayCutoffMinute: 540 }, 'same_day_closed'],
  ['2026-11-01T00:00:00-04:00', { sameDayCutoffMinute: 540 }, 'fine'],
  ['2026-11-02T23:50:00-05:00', {}, 'fine'],
  ['2026-11-03T00:00:00-05:00', {}, 'too_far_ahead'],
])('a guest who wants %s with %o hears %s', (start, fields, code) => {
  expect(codeOf(() => checkNotice(policy(fields), at(start), now))).toBe(code);
});

test.each([
  ['2026-10-31T09:00:00-04:00', 10, 'fine'],
  ['2026-10-31T08:50:00-04:00', 10, 'start_in_past'],
  ['2026-10-31T10:05:00-04:00', 10, 'off_grid'],
  ['2026-10-31T10:10:00.001-04:00', 10, 'off_grid'],
  ['2026-10-31T10:05:00-04:00', 5, 'fine'],
  ['2026-10-31T10:15:00-04:00', 25, 'off_grid'],
  ['2026-10-31T10:25:00-04:00', 25, 'fine'],
])('%s on a grid of %i minutes is %s', (start, slotIntervalMinutes, code) => {
  expect(codeOf(() => checkStart(policy({ slotIntervalMinutes }), at(start), now))).toBe(code);
});

test('a change is possible until its notice, that moment included, and never after the start', () => {
  const start = at('2026-11-01T01:30:00-05:00');
  const deadline = at('2026-11-01T00:30:00-04:00');
  expect(changeDeadline(policy(), start, deadline)).toBe(deadline);
  expect(changeDeadline(policy(), start, deadline + 1)).toBeNull();
  expect(changeDeadline(policy({ changeNoticeMinutes: 0 }), start, start)).toBe(start);
  expect(changeDeadline(policy({ changeNoticeMinutes: 0 }), start, start + 1)).toBeNull();
});
