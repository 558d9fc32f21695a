import { describe, expect, test } from 'vitest';
import { quietAt } from './quiet-hours.ts';
import { formatInstant } from './wall-time.ts';

const zone = 'America/New_York';
const quiet = (instant: string, from: number | null = 1260, until: number | null = 480) => {
  const found = quietAt({ zone, quietFromMinute: from, quietUntilMinute: until }, Date.parse(instant));
  return found && [formatInstant(zone, found.startMs), formatInstant(zone, found.endMs)];
};

describe('quiet hours', () => {
  test('can span midnight, include their first minute and exclude their last', () => {
    const night = ['2026-11-23T21:00:00-05:00', '2026-11-24T08:00:00-05:00'];
    expect(quiet('2026-11-23T20:59:59-05:00')).toBeNull();
    expect(quiet('2026-11-23T21:00:00-05:00')).toEqual(night);
    expect(quiet('2026-11-24T03:00:00-05:00')).toEqual(night);
    expect(quiet('2026-11-24T07:59:59-05:00')).toEqual(night);
    expect(quiet('2026-11-24T08:00:00-05:00')).toBeNull();
  });

  test('can lie within one day', () => {
    const noon = ['2026-11-23T12:00:00-05:00', '2026-11-23T14:00:00-05:00'];
    expect(quiet('2026-11-23T13:00:00-05:00', 720, 840)).toEqual(noon);
    expect(quiet('2026-11-23T14:00:00-05:00', 720, 840)).toBeNull();
  });

  test('follow the wall clock across clock changes', () => {
    expect(quiet('2026-11-01T01:30:00-05:00')).toEqual([
      '2026-10-31T21:00:00-04:00',
      '2026-11-01T08:00:00-05:00',
    ]);
    expect(quiet('2027-03-14T04:00:00-04:00')).toEqual([
      '2027-03-13T21:00:00-05:00',
      '2027-03-14T08:00:00-04:00',
    ]);
    // These quiet hours end at a minute that the clock skips.
    expect(quiet('2027-03-14T01:00:00-05:00', 1260, 150)?.[1]).toBe('2027-03-14T03:00:00-04:00');
  });

  test('do not apply when both minutes are null', () => {
    expect(quiet('2026-11-24T03:00:00-05:00', null, null)).toBeNull();
  });
});
