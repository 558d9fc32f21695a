import { expect, test } from 'vitest';
import { checkJobs, firstRunMs, nextRunMs, type RecurringJob } from './recurring-job.ts';

const run = async (): Promise<void> => {};
const hourMs = 3_600_000;

test('a job with an interval runs at once, and again after a pause', () => {
  const job: RecurringJob = { name: 'a', everyMs: 10, run };
  expect(firstRunMs(job, 1000)).toBe(1000);
  expect(nextRunMs(job, 1000)).toBe(1010);
});

test('a job with times runs first at the next of them', () => {
  const job: RecurringJob = {
    name: 'a',
    nextMs: (afterMs) => (Math.floor(afterMs / hourMs) + 1) * hourMs,
    run,
  };
  expect(firstRunMs(job, 1000)).toBe(hourMs);
  expect(nextRunMs(job, hourMs)).toBe(2 * hourMs);
});

test.each([undefined, Number.NaN, 1000, 999, 1e15])('a next time of %s after 1000 is an error', (next) => {
  const job: RecurringJob = { name: 'daily', nextMs: () => next as number, run };
  expect(() => nextRunMs(job, 1000)).toThrow('nextMs of the job daily');
});

test.each([
  [[{ name: 'a', run }], 'either everyMs or nextMs'],
  [[{ name: 'a', everyMs: 1, nextMs: () => 1, run }], 'either everyMs or nextMs'],
  [
    [
      { name: 'a', everyMs: 1, run },
      { name: 'a', everyMs: 1, run },
    ],
    'two jobs have the name a',
  ],
  [[{ name: '', everyMs: 1, run }], 'name is ""'],
  [[{ name: 'a', everyMs: 1, run, cron: '* * * * *' }], '"cron" is unknown'],
])('the jobs %j are rejected', (jobs, message) => {
  expect(() => checkJobs(jobs as RecurringJob[])).toThrow(message);
});
