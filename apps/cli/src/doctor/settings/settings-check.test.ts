import { describe, expect, test } from 'vitest';
import { CheckFailedError } from '../../shared/checks/finding.ts';
import { checkSettings } from './settings-check.ts';

const url = 'rediss://cache.example:6379';
const check = (variables: Record<string, string>) => checkSettings(variables, 'a test');

function findingOf(variables: Record<string, string>) {
  try {
    const [finding] = check(variables).findings ?? [];
    if (finding !== undefined) return finding;
  } catch (error) {
    if (error instanceof CheckFailedError) return error.finding;
    throw error;
  }
  throw new Error('no finding');
}

describe('the server to check', () => {
  test('is one for cache, limits and jobs', () => {
    expect(check({ REDIS_URL: url, REDIS_PASSWORD: 'p/w' }).value).toMatchObject([
      { variable: 'REDIS_URL', address: url, uses: ['cache', 'limits', 'jobs'], secrets: ['p/w', 'p%2Fw'] },
    ]);
  });

  test('is a second one for jobs with their own URL, and a disabled part is not listed as a use', () => {
    const jobs = 'redis://:secret@jobs.example:6380/2';
    const variables = { REDIS_URL: url, REDIS_JOBS_URL: jobs, CACHE_ENABLED: 'false' };
    expect(check(variables).value).toMatchObject([
      { variable: 'REDIS_URL', uses: ['limits'] },
      { variable: 'REDIS_JOBS_URL', address: 'redis://jobs.example:6380/2', uses: ['jobs'] },
    ]);
  });

  test('is one when both URLs are equal', () => {
    expect(check({ REDIS_URL: url, REDIS_JOBS_URL: url }).value).toHaveLength(1);
  });

  test.each([
    ['password', { REDIS_PASSWORD: 'p' }, url],
    ['user', { REDIS_USERNAME: 'ann', REDIS_PASSWORD: 'p' }, url.replace('//', '//ben:p@')],
    ['encryption', {}, url.replace('rediss', 'redis')],
    ['database', {}, `${url}/1`],
    ['source of the password', { REDIS_PASSWORD_FILE: '/f' }, url],
  ])('is a second one for jobs when the URLs differ in their %s', (_part, variables, jobs) => {
    const targets = check({ REDIS_URL: url, REDIS_JOBS_URL: jobs, ...variables }).value;
    expect(targets.map(({ uses }) => uses)).toEqual([['cache', 'limits'], ['jobs']]);
  });

  test('is shown with brackets when its host is an IPv6 address', () => {
    expect(check({ REDIS_URL: 'redis://[::1]:6379' }).value[0]?.address).toBe('redis://[::1]:6379');
  });
});

describe('the connection limit', () => {
  test.each([
    ['4', '6', {}],
    ['5', '6', {}],
    ['3', '4', { CACHE_ENABLED: 'false' }],
  ])('of %s is too low, and the fix is %s', (budget, enough, more) => {
    const finding = findingOf({ REDIS_URL: url, REDIS_MAX_CONNECTIONS: budget, ...more });
    expect(finding).toMatchObject({ code: 'connections_over_budget', severity: 'error' });
    expect(finding.remediation).toContain(`Set REDIS_MAX_CONNECTIONS to ${enough} or more`);
  });

  test('of 6 is sufficient, and the detail shows the connections in use', () => {
    const { detail } = check({ REDIS_URL: url, REDIS_MAX_CONNECTIONS: '6' });
    expect(detail).toBe('from a test; an api process uses 4 of 6 connections, a worker 6');
  });
});

test('all contradictions are reported together, as by the server, without secrets', () => {
  const finding = findingOf({
    REDIS_URL: 'rediss://:hunter2@r',
    REDIS_SSL: 'false',
    REDIS_PASSWORD: 'hunter2',
  });
  expect(finding.code).toBe('settings_wrong');
  expect(finding.message).toContain('REDIS_SSL=false contradicts');
  expect(finding.message).toContain('Both REDIS_URL and REDIS_PASSWORD contain a password');
  expect(JSON.stringify(finding)).not.toContain('hunter2');
});
