import { expect, test } from 'vitest';
import { ageMs, momentOf } from './moment.ts';

test('an age is that of the clock by which more time has passed', () => {
  const then = { steadyMs: 100, wallMs: 5000 };
  // The machine slept, its clock was set back, and both clocks ran.
  expect(ageMs(then, { steadyMs: 101, wallMs: 9000 })).toBe(4000);
  expect(ageMs(then, { steadyMs: 3100, wallMs: 2000 })).toBe(3000);
  expect(ageMs(then, { steadyMs: 150, wallMs: 5050 })).toBe(50);
});

test('a moment has the time of the given clock', () => {
  expect(momentOf({ nowMs: () => 42 }).wallMs).toBe(42);
});
