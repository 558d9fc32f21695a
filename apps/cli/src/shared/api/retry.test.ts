import { expect, test } from 'vitest';
import { maximumAttempts, maximumWaitMs, waitBeforeNext } from './retry.ts';

const half = () => 0.5;

test('a busy server is retried after an increasing wait', () => {
  const busy = { status: 503, retryAfter: null };
  expect([1, 2, 3].map((attempt) => waitBeforeNext(busy, attempt, true, half))).toEqual([375, 750, 1500]);
});

test('the number of attempts is bounded', () => {
  expect(waitBeforeNext({ status: 503, retryAfter: null }, maximumAttempts, true)).toBeUndefined();
});

test('Retry-After sets the wait, unless it exceeds the maximum', () => {
  expect(waitBeforeNext({ status: 429, retryAfter: '7' }, 1, true)).toBe(7000);
  expect(
    waitBeforeNext({ status: 429, retryAfter: String(maximumWaitMs / 1000 + 1) }, 1, true),
  ).toBeUndefined();
});

test.each([400, 401, 404, 409, 422, 500])('status %i is not retried', (status) => {
  expect(waitBeforeNext({ status, retryAfter: null }, 1, true)).toBeUndefined();
});

test.each(['ECONNRESET', 'UND_ERR_SOCKET', 'TIMEOUT'])(
  'a connection that failed with %s is retried',
  (errorCode) => {
    expect(waitBeforeNext({ errorCode }, 1, false)).toBeGreaterThan(0);
  },
);

test('a refused connection is retried only when the server responded before', () => {
  expect(waitBeforeNext({ errorCode: 'ECONNREFUSED' }, 1, false)).toBeUndefined();
  expect(waitBeforeNext({ errorCode: 'ECONNREFUSED' }, 1, true)).toBeGreaterThan(0);
});

test('an error without a code, such as a bug in this command, is not retried', () => {
  expect(waitBeforeNext({ errorCode: undefined }, 1, true)).toBeUndefined();
});
