import { describe, expect, test } from 'vitest';
import { formatInstant } from '../../time/wall-time.ts';
import { followUpDueMs, followUpSkipReason } from './follow-up.ts';

const zone = 'America/New_York';
const night = { quietFromMinute: 1260, quietUntilMinute: 480 };

describe('a follow-up is due at 10:00', () => {
  test.each([
    ['2026-11-24T00:00:00-05:00', '2026-11-25T10:00:00-05:00'],
    ['2026-11-24T23:59:59-05:00', '2026-11-25T10:00:00-05:00'],
    ['2026-10-31T23:30:00-04:00', '2026-11-01T10:00:00-05:00'],
    ['2027-03-13T12:00:00-05:00', '2027-03-14T10:00:00-04:00'],
  ])('on the day after a no-show that is recorded at %s', (now, due) => {
    expect(formatInstant(zone, followUpDueMs({ zone, ...night }, Date.parse(now)))).toBe(due);
  });

  test.each([
    [[540, 660], '2026-11-25T11:00:00-05:00'],
    [[600, 660], '2026-11-25T11:00:00-05:00'],
    [[540, 600], '2026-11-25T10:00:00-05:00'],
  ])('or at the end of quiet hours %j', ([quietFromMinute = 0, quietUntilMinute = 0], due) => {
    const dueMs = followUpDueMs(
      { zone, quietFromMinute, quietUntilMinute },
      Date.parse('2026-11-24T12:00:00-05:00'),
    );
    expect(formatInstant(zone, dueMs)).toBe(due);
  });
});

describe('a follow-up whose turn has come', () => {
  const outcome = (now: string, { status = 'no_show', noShowFollowUp = true } = {}) =>
    followUpSkipReason({
      booking: { status } as never,
      shop: { zone, ...night, noShowFollowUp },
      nowMs: Date.parse(now),
    });
  const morning = '2026-11-25T10:00:00-05:00';

  test('is sent by day, and waits at night', () => {
    expect(outcome(morning)).toBeNull();
    expect(outcome('2026-11-25T21:00:00-05:00')).toMatchObject({
      kind: 'postponed',
      dueMs: Date.parse('2026-11-26T08:00:00-05:00'),
    });
  });

  test('is skipped when the no-show was corrected or the shop has turned it off', () => {
    expect(outcome(morning, { status: 'completed' })).toEqual({
      kind: 'skipped',
      reason: 'the booking is now completed',
    });
    expect(outcome(morning, { noShowFollowUp: false })).toEqual({
      kind: 'skipped',
      reason: 'the shop has turned off follow-ups',
    });
  });
});
