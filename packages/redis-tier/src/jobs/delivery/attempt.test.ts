import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { holdLease, type LeasedAttempt, LeaseLostError, WorkerStoppingError } from './attempt.ts';

const leaseMs = 9000;

let begunMs: number;
/** The renewals: when each was requested, and until when, in ms since the claim. */
let renewals: [atMs: number, untilMs: number][];
let renew: () => Promise<boolean>;
let errors: unknown[];
let attempt: LeasedAttempt;
beforeEach(() => {
  vi.useFakeTimers();
  begunMs = Date.now();
  renewals = [];
  errors = [];
  renew = async () => true;
  attempt = holdLease({
    lease: {
      id: 'm1',
      generation: 1,
      kind: 'note',
      token: 't',
      untilMs: begunMs + leaseMs,
      attempts: 1,
    },
    store: {
      renew: (_, untilMs) => {
        renewals.push([Date.now() - begunMs, untilMs - begunMs]);
        return renew();
      },
    },
    clock: { nowMs: () => Date.now() },
    leaseMs,
    onError: (error) => errors.push(error),
  });
});
afterEach(() => {
  attempt.end();
  vi.useRealTimers();
});

describe('a lease', () => {
  test('is renewed every third of its duration until its end', async () => {
    await vi.advanceTimersByTimeAsync(leaseMs);
    expect(renewals).toEqual([
      [3000, 12_000],
      [6000, 15_000],
      [9000, 18_000],
    ]);
    attempt.end();
    await vi.advanceTimersByTimeAsync(leaseMs);
    expect(renewals).toHaveLength(3);
  });

  test('is renewed again after a renewal that failed, and the error is reported', async () => {
    renew = () => Promise.reject(new Error('the database is unavailable'));
    await vi.advanceTimersByTimeAsync(leaseMs / 3);
    expect(errors).toMatchObject([{ message: 'the database is unavailable' }]);
    renew = async () => true;
    await vi.advanceTimersByTimeAsync(leaseMs / 3);
    expect(renewals).toHaveLength(2);
    await attempt.begin();
    expect(attempt.started).toBe(true);
  });

  test('that another worker holds ends the attempt', async () => {
    const { signal } = attempt;
    renew = async () => false;
    await vi.advanceTimersByTimeAsync(leaseMs / 3);
    expect(signal.reason).toBeInstanceOf(LeaseLostError);
    await expect(attempt.begin()).rejects.toThrow(LeaseLostError);
    expect(attempt.started).toBe(false);
  });
});

describe('the beginning of an attempt', () => {
  // The machine sleeps: its clock moves on, and its timers do not.
  const sleep = (ms: number) => vi.setSystemTime(Date.now() + ms);

  test.each([
    ['half of the lease is left', leaseMs / 2, 0],
    ['less than half of the lease is left', leaseMs / 2 + 1, 1],
  ])('when %s: %i ms after the claim, %i renewals', async (_, ms, expected) => {
    sleep(ms);
    await attempt.begin();
    expect(renewals).toHaveLength(expected);
  });

  test('counts from the last renewal', async () => {
    await vi.advanceTimersByTimeAsync(leaseMs / 3);
    sleep(leaseMs / 2);
    await attempt.begin();
    expect(renewals).toHaveLength(1);
  });

  test('is refused after an abort, with its first reason, also to those who ask later', async () => {
    attempt.abort(new WorkerStoppingError('stopping'));
    attempt.abort(new LeaseLostError('lost'));
    await expect(attempt.begin()).rejects.toThrow('stopping');
    expect(attempt.signal.reason).toBeInstanceOf(WorkerStoppingError);
  });
});
