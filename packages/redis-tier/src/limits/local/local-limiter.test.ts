import { beforeEach, describe, expect, test } from 'vitest';
import { toWindows } from '../windows.ts';
import { type KeyState, KeyStates } from './key-states.ts';
import { clearAdmissions, decideLocally, overrideLocally, recordAdmission } from './local-limiter.ts';

const startMs = 1_800_000_000_000;
const windows = toWindows({ perMinute: 10, perHour: 20 });

let key: KeyState;
beforeEach(() => {
  key = new KeyStates('bb', 'default', windows, 10).of('client');
});

const decide = (cost: number, atMs = startMs, fleetSize = 1) => decideLocally(key, cost, atMs, fleetSize);
const admitted = (cost: number, fleetSize: number) => {
  let units = 0;
  while (decide(cost, startMs, fleetSize).allowed) units += cost;
  return units;
};

describe('the share of a process', () => {
  test.each([
    [1, 10],
    [2, 5],
    [3, 3],
    [10, 1],
    [11, 1],
    [1000, 1],
  ])('in a fleet of %i is %i of ten units, and never none', (fleetSize, units) => {
    expect(admitted(1, fleetSize)).toBe(units);
  });

  test('is at least one request, whatever its cost', () => {
    expect(admitted(4, 10)).toBe(4);
    expect(decide(4, startMs, 10).perWindow.map(({ limit }) => limit)).toEqual([4, 4]);
  });

  test('includes what the server has admitted for the process', () => {
    const states = decide(0).perWindow;
    recordAdmission(key, 4, startMs, states);
    expect(admitted(1, 2)).toBe(1);
  });
});

describe('a window', () => {
  test('admits again when its units have left it, and reports when', () => {
    expect(decide(6).allowed).toBe(true);
    expect(decide(4, startMs + 1000).allowed).toBe(true);
    const denied = decide(1, startMs + 2000);
    expect(denied).toMatchObject({ allowed: false, exceededWindows: ['minute'], retryAfterMs: 58_001 });
    expect(denied.perWindow).toMatchObject([
      { remaining: 0, waitMs: 58_001, resetMs: 58_001 },
      { remaining: 10, waitMs: 0, resetMs: 3_598_001 },
    ]);
    expect(decide(7, startMs + 2000).retryAfterMs).toBe(59_001);
    expect(decide(1, startMs + 60_000).allowed).toBe(false);
    expect(decide(6, startMs + 60_001).allowed).toBe(true);
  });

  test('denies by the second window too', () => {
    expect(decide(10).allowed).toBe(true);
    expect(decide(10, startMs + 60_001).allowed).toBe(true);
    expect(decide(1, startMs + 120_002)).toMatchObject({
      allowed: false,
      exceededWindows: ['hour'],
      retryAfterMs: 3_600_001 - 120_002,
    });
  });
});

describe('a window with a limit above 32', () => {
  test('counts the units of a twelfth together, until its last moment has left the window', () => {
    key = new KeyStates('bb', 'large', toWindows({ perMinute: 100 }), 10).of('client');
    // Twelfths of a minute: five seconds, and this is the beginning of one.
    expect(decide(60).allowed).toBe(true);
    expect(decide(30, startMs + 4999).allowed).toBe(true);
    expect(decide(10, startMs + 5000).allowed).toBe(true);
    expect(decide(1, startMs + 6000).retryAfterMs).toBe(59_000);
    expect(decide(1, startMs + 64_999).allowed).toBe(false);
    expect(decide(90, startMs + 65_000).allowed).toBe(true);
    expect(decide(1, startMs + 65_000).retryAfterMs).toBe(5000);
  });
});

describe('overrides', () => {
  test('apply to the windows that they name; the others keep their limits', () => {
    overrideLocally(key, { minute: 3 });
    expect(decide(0).perWindow.map(({ limit }) => limit)).toEqual([3, 20]);
    overrideLocally(key, { hour: 5 });
    expect(decide(0).perWindow.map(({ limit }) => limit)).toEqual([10, 5]);
    overrideLocally(key, {});
    expect(decide(0).perWindow.map(({ limit }) => limit)).toEqual([10, 20]);
  });

  test('of the server are taken over with each admission, for every window, and survive a reset', () => {
    const states = decide(0).perWindow.map((state) => ({ ...state, limit: state.limit + 1 }));
    recordAdmission(key, 1, startMs, states);
    clearAdmissions(key);
    expect(decide(0).perWindow).toMatchObject([
      { limit: 11, remaining: 11 },
      { limit: 21, remaining: 21 },
    ]);
  });
});

test('a cost above the limit of any window is an error and consumes nothing', () => {
  overrideLocally(key, { hour: 5 });
  expect(() => decide(6)).toThrow(/limit of 5 in the window hour/);
  expect(decide(0).perWindow.map(({ remaining }) => remaining)).toEqual([10, 5]);
});
