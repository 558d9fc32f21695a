import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatInstant } from '../../time/wall-time.ts';
import {
  type BookingPolicy,
  bookableWindow,
  changeDeadline,
  checkNotice,
  checkStart,
  windowValidUntilMs,
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
  return 'none';
};

describe('the bookable window', () => {
  test('starts after the minimum notice in elapsed time and ends with the last bookable calendar day', () => {
    expect(window({})).toEqual(['2026-10-31T10:00:00-04:00', '2026-11-03T00:00:00-05:00']);
    expect(window({ minNoticeMinutes: 24 * 60 })[0]).toBe('2026-11-01T08:00:00-05:00');
  });

  test('starts tomorrow after the same-day cutoff, unless the minimum notice is longer', () => {
    expect(window({ sameDayCutoffMinute: 541 })[0]).toBe('2026-10-31T10:00:00-04:00');
    expect(window({ sameDayCutoffMinute: 540 })[0]).toBe('2026-11-01T00:00:00-04:00');
    expect(window({ sameDayCutoffMinute: 0, minNoticeMinutes: 24 * 60 })[0]).toBe(
      '2026-11-01T08:00:00-05:00',
    );
    expect(window({ sameDayCutoffMinute: 1440 })[0]).toBe('2026-10-31T10:00:00-04:00');
  });

  test('allows the same starts until it expires, within a minute', () => {
    const minuteMs = 60_000;
    fc.assert(
      fc.property(
        fc.constantFrom(zone, 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC'),
        fc.integer({ min: -3_600_000, max: 90_000_000 }),
        fc.integer({ min: 0, max: 60_000 }),
        fc.integer({ min: 0, max: 3000 }),
        fc.option(fc.integer({ min: 0, max: 1440 })),
        (anyZone, fromNowMs, laterMs, minNoticeMinutes, sameDayCutoffMinute) => {
          const rules = policy({ zone: anyZone, minNoticeMinutes, sameDayCutoffMinute });
          const nowMs = now + fromNowMs;
          const untilMs = windowValidUntilMs(nowMs);
          expect(untilMs - nowMs).toBeGreaterThan(0);
          expect(untilMs - nowMs).toBeLessThanOrEqual(minuteMs);
          const windowAt = (atMs: number) => {
            const { earliestMs, endMs } = bookableWindow(rules, atMs);
            return [Math.ceil(earliestMs / minuteMs), endMs];
          };
          expect(windowAt(Math.min(nowMs + laterMs, untilMs - 1))).toEqual(windowAt(nowMs));
        },
      ),
    );
  });

  test('agrees with checkNotice for every start of three days', () => {
    for (const cutoff of [null, 540, 541]) {
      const rules = policy({ sameDayCutoffMinute: cutoff });
      const { earliestMs, endMs } = bookableWindow(rules, now);
      for (let ms = now; ms < now + 80 * 3_600_000; ms += 600_000) {
        expect(codeOf(() => checkNotice(rules, ms, now)) === 'none').toBe(ms >= earliestMs && ms < endMs);
      }
    }
  });
});

test.each([
  ['2026-10-31T09:59:59-04:00', {}, 'too_soon'],
  ['2026-10-31T10:00:00-04:00', {}, 'none'],
  ['2026-10-31T15:00:00-04:00', { sameDayCutoffMinute: 540 }, 'same_day_closed'],
  ['2026-11-01T00:00:00-04:00', { sameDayCutoffMinute: 540 }, 'none'],
  ['2026-11-02T23:50:00-05:00', {}, 'none'],
  ['2026-11-03T00:00:00-05:00', {}, 'too_far_ahead'],
])('a guest booking at %s with %o gets the problem %s', (start, fields, code) => {
  expect(codeOf(() => checkNotice(policy(fields), at(start), now))).toBe(code);
});

test.each([
  ['2026-10-31T09:00:00-04:00', 10, 'none'],
  ['2026-10-31T08:50:00-04:00', 10, 'start_in_past'],
  ['2026-10-31T10:05:00-04:00', 10, 'off_grid'],
  ['2026-10-31T10:10:00.001-04:00', 10, 'off_grid'],
  ['2026-10-31T10:05:00-04:00', 5, 'none'],
  ['2026-10-31T10:15:00-04:00', 25, 'off_grid'],
  ['2026-10-31T10:25:00-04:00', 25, 'none'],
])(
  'a start at %s with a slot interval of %i minutes gets the problem %s',
  (start, slotIntervalMinutes, code) => {
    expect(codeOf(() => checkStart(policy({ slotIntervalMinutes }), at(start), now))).toBe(code);
  },
);

test('allows changes up to and including the change deadline, and never after the start', () => {
  const start = at('2026-11-01T01:30:00-05:00');
  const deadline = at('2026-11-01T00:30:00-04:00');
  expect(changeDeadline(policy(), start, deadline)).toBe(deadline);
  expect(changeDeadline(policy(), start, deadline + 1)).toBeNull();
  expect(changeDeadline(policy({ changeNoticeMinutes: 0 }), start, start)).toBe(start);
  expect(changeDeadline(policy({ changeNoticeMinutes: 0 }), start, start + 1)).toBeNull();
});
