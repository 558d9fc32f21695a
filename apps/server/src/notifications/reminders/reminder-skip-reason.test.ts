import { expect, test } from 'vitest';
import { reminderSkipReason } from './reminder-skip-reason.ts';

/** The outcome for a reminder of an appointment at 10:00 in New York that is claimed at `now`; null: it is sent. */
function outcomeAt(now: string, { status = 'confirmed', start = '2026-11-24T10:00:00-05:00' } = {}) {
  return reminderSkipReason(
    { occasion: 'PT2H' },
    {
      booking: { startsAt: new Date(start), status } as never,
      shop: {
        zone: 'America/New_York',
        reminders: ['P1D', 'PT2H'],
        quietFromMinute: 1260,
        quietUntilMinute: 480,
      },
      nowMs: Date.parse(now),
    },
  );
}

test('a reminder is sent until the appointment starts', () => {
  expect(outcomeAt('2026-11-24T08:00:00-05:00')).toBeNull();
  expect(outcomeAt('2026-11-24T09:59:59-05:00')).toBeNull();
  expect(outcomeAt('2026-11-24T10:00:00-05:00')).toMatchObject({ reason: 'the appointment has started' });
});

test.each(['pending', 'completed', 'no_show', 'cancelled'])(
  'a booking that is %s gets no reminder',
  (status) => {
    expect(outcomeAt('2026-11-24T09:00:00-05:00', { status })).toEqual({
      kind: 'skipped',
      reason: `the booking is now ${status}`,
    });
  },
);

test('a late reminder waits for the end of quiet hours, unless the appointment starts within them', () => {
  const night = '2026-11-24T02:00:00-05:00';
  const quietEndMs = Date.parse('2026-11-24T08:00:00-05:00');
  expect(outcomeAt(night)).toMatchObject({ kind: 'postponed', dueMs: quietEndMs });
  expect(outcomeAt(night, { start: '2026-11-24T08:10:00-05:00' })).toMatchObject({ dueMs: quietEndMs });
  for (const start of ['2026-11-24T08:00:00-05:00', '2026-11-24T07:00:00-05:00'])
    expect(outcomeAt(night, { start })).toEqual({
      kind: 'skipped',
      reason: 'the appointment starts within quiet hours',
    });
});
