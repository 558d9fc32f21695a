import { expect, test } from 'vitest';
import { maximumAttempts, maximumWaitMs, waitBeforeNext } from './retry.ts';

const half = () => 0.5;

test('a server that is busy is asked again, each time later', () => {
  const busy = { status: 503, retryAfter: null };
  expect([1, 2, 3].map((attempt) => waitBeforeNext(busy, attempt, true, half))).toEqual([375, 750, 1500]);
});

test('the number of attempts is bounded', () => {
  expect(waitBeforeNext({ status: 503, retryAfter: null }, maximumAttempts, true)).toBeUndefined();
});

test('a server that names a time gets that time, unless it is too long', () => {
  expect(waitBeforeNext({ status: 429, retryAfter: '7' }, 1, true)).toBe(7000);
  expect(
    waitBeforeNext({ status: 429, retryAfter: String(maximumWaitMs / 1000 + 1) }, 1, true),
  ).toBeUndefined();
});

test.each([400, 401, 404, 409, 422, 500])('a refusal with status %i is final', (status) => {
  expect(waitBeforeNext({ status, retryAfter: null }, 1, true)).toBeUndefined();
});

test.each(['ECONNRESET', 'UND_ERR_SOCKET', 'TIMEOUT'])(
  'a connection that broke with %s is made again',
  (errorCode) => {
    expect(waitBeforeNext({ errorCode }, 1, false)).toBeGreaterThan(0);
  },
);

test('a refused connection means a restart only when the server answered before', () => {
  expect(waitBeforeNext({ errorCode: 'ECONNREFUSED' }, 1, false)).toBeUndefined();
  expect(waitBeforeNext({ errorCode: 'ECONNREFUSED' }, 1, true)).toBeGreaterThan(0);
});

test('an error without a code, such as a fault of ours, is not tried again', () => {
  expect(waitBeforeNext({ errorCode: undefined }, 1, true)).toBeUndefined();
});
