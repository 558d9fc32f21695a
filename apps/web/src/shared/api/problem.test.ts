import { expect, test } from 'vitest';
import { ApiError, explain, isSlotTaken, isWorthRetrying, NetworkError, readApiError } from './problem.ts';
import { availabilityPath } from './queries.ts';

const response = (status: number, body: unknown, headers: Record<string, string> = {}): Response =>
  new Response(typeof body === 'string' ? body : JSON.stringify(body), { status, headers });

test('reads problem details with next free times', async () => {
  const problem = {
    type: 't',
    title: 'Gone',
    status: 409,
    code: 'slot_taken',
    next_free: ['2026-11-24T10:30:00-05:00'],
  };
  const error = await readApiError(response(409, problem));
  expect(error.problem).toEqual(problem);
  expect(error.is('slot_taken')).toBe(true);
  expect(isSlotTaken(error)).toBe(true);
  expect(isWorthRetrying(error)).toBe(false);
});

test('converts the HTML error page of a proxy to an error with the code unknown', async () => {
  const error = await readApiError(response(502, '<html>Bad gateway</html>'));
  expect([error.status, error.problem.code]).toEqual([502, 'unknown']);
  expect(isWorthRetrying(error)).toBe(true);
});

test('explains how long to wait after too many requests', async () => {
  const problem = { type: 't', title: 'Slow down', status: 429, code: 'rate_limited' };
  expect(explain(await readApiError(response(429, problem, { 'retry-after': '12' }))).advice).toContain(
    '12 seconds',
  );
  expect(explain(await readApiError(response(429, problem, { 'retry-after': '600' }))).advice).toContain(
    '10 minutes',
  );
  expect(explain(await readApiError(response(429, problem))).advice).toContain('a moment');
});

test('explains every kind of failure to the visitor', () => {
  const failures = [
    new NetworkError('x'),
    new ApiError(503, { type: '', title: 'T', status: 503, code: 'unavailable' }, 1),
    new ApiError(
      422,
      { type: '', title: 'The time is in the past', status: 422, code: 'start_in_past' },
      null,
    ),
    new TypeError('x is undefined'),
  ];
  for (const failure of failures) {
    expect(explain(failure).title).toMatch(/^[A-Z].+/);
    expect(explain(failure).advice).toMatch(/\.$/);
    expect(explain(failure).title).not.toContain('undefined');
  }
});

test('requests availability with one parameter per service', () => {
  const segments = [
    { serviceId: 'cut', barberId: 'sam' },
    { serviceId: 'beard', barberId: null },
  ];
  expect(availabilityPath({ slug: 'corner-cuts', segments, from: '2026-11-24', days: 7 })).toBe(
    '/shops/corner-cuts/availability?segment=cut%3Asam&segment=beard%3Aany&from=2026-11-24&days=7',
  );
});
