/** Every option of every factory has a range: whatever else it is given is rejected, with its name. */
import { metrics, trace } from '@opentelemetry/api';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import * as promClient from 'prom-client';
import { afterAll, describe, expect, test } from 'vitest';
import {
  createRequestLimit,
  requestLimitChecks,
} from '../../../packages/redis-tier/src/adapters/request-limit.ts';
import { cacheChecks } from '../../../packages/redis-tier/src/cache/cache-options.ts';
import { createCache } from '../../../packages/redis-tier/src/cache/index.ts';
import { policyChecks } from '../../../packages/redis-tier/src/cache/policy-options.ts';
import type { Checks } from '../../../packages/redis-tier/src/core/check-options.ts';
import { healthChecks, sampleHealth } from '../../../packages/redis-tier/src/health/health-sampler.ts';
import { type RetryPolicy, startJobs } from '../../../packages/redis-tier/src/jobs/index.ts';
import { jobsChecks } from '../../../packages/redis-tier/src/jobs/jobs-options.ts';
import { createLimiter } from '../../../packages/redis-tier/src/limits/index.ts';
import { limitChecks, limiterChecks } from '../../../packages/redis-tier/src/limits/options.ts';
import { createMemoryDriver } from '../../../packages/redis-tier/src/memory/index.ts';
import { memoryDriverChecks } from '../../../packages/redis-tier/src/memory/memory-driver.ts';
import {
  createMemoryOutbox,
  memoryOutboxChecks,
} from '../../../packages/redis-tier/src/memory-outbox/memory-outbox.ts';
import * as otelMetrics from '../../../packages/redis-tier/src/opentelemetry/register-metrics.ts';
import { traceLoads, traceLoadsChecks } from '../../../packages/redis-tier/src/opentelemetry/trace-loads.ts';
import {
  createPostgresOutbox,
  postgresOutboxChecks,
} from '../../../packages/redis-tier/src/postgres-outbox/postgres-outbox.ts';
import * as promMetrics from '../../../packages/redis-tier/src/prom-client/prom-client.ts';
import { recurringJobChecks } from '../../../packages/redis-tier/src/recurring-jobs/recurring-job.ts';
import {
  recurringJobsChecks,
  startRecurringJobs,
} from '../../../packages/redis-tier/src/recurring-jobs/start-recurring-jobs.ts';

// It never connects: an invalid option is found first.
const redis = new Redis({ lazyConnect: true });
afterAll(() => redis.disconnect());

const windows = { perMinute: 5 };
const retry: RetryPolicy = { maxAttempts: 1, initialBackoffMs: 1, maxBackoffMs: 1, maxUnknownResends: 0 };
const handlers = { note: { retry, send: async () => ({ kind: 'sent' as const }) } };
const pool = { query: async () => ({ rows: [] }) };
const meter = metrics.getMeter('none');
const noStatistics = { statistics: () => ({}) as never };
const store = { claim() {}, claimNext() {}, complete() {}, findDue() {} } as never;

/** Each factory with valid options, except for those that are given. */
const factories: [name: string, checks: Checks<object>, create: (invalid: object) => unknown][] = [
  ['createCache', cacheChecks, (it) => createCache({ redis, policies: { a: { ttlMs: 1 } }, ...it })],
  ['a policy', policyChecks, (it) => createCache({ redis, policies: { a: { ttlMs: 1, ...it } } })],
  [
    'createLimiter',
    limiterChecks,
    (it) => createLimiter({ redis: null, limits: { a: { windows, onOutage: 'local' } }, ...it }),
  ],
  [
    'a limit',
    limitChecks,
    (it) => createLimiter({ redis: null, limits: { a: { windows, onOutage: 'local', ...it } } }),
  ],
  [
    'the windows of a limit',
    { perMinute: () => undefined, perHour: () => undefined, perDay: () => undefined } as never,
    (it) =>
      createLimiter({ redis: null, limits: { a: { windows: { ...windows, ...it }, onOutage: 'local' } } }),
  ],
  [
    'a window',
    { name: () => undefined, seconds: () => undefined, limit: () => undefined } as never,
    (it) => {
      const window = { name: 'a', seconds: 1, limit: 1, ...it };
      return createLimiter({ redis: null, limits: { a: { windows: [window], onOutage: 'local' } } });
    },
  ],
  ['createMemoryDriver', memoryDriverChecks, (it) => createMemoryDriver(it)],
  [
    'limitRequests',
    requestLimitChecks,
    (it) => createRequestLimit({ limiter: { check() {} }, limit: 'a', ...it } as never, () => ({}) as never),
  ],
  [
    'registerCacheMetrics of prom-client',
    promMetrics.cacheMetricsChecks,
    (it) => promMetrics.registerCacheMetrics({ client: promClient, cache: noStatistics, ...it }),
  ],
  [
    'registerLimiterMetrics of prom-client',
    promMetrics.limiterMetricsChecks,
    (it) => promMetrics.registerLimiterMetrics({ client: promClient, limiter: noStatistics, ...it }),
  ],
  [
    'registerCacheMetrics of opentelemetry',
    otelMetrics.cacheMetricsChecks,
    (it) => otelMetrics.registerCacheMetrics({ meter, cache: noStatistics, ...it }),
  ],
  [
    'registerLimiterMetrics of opentelemetry',
    otelMetrics.limiterMetricsChecks,
    (it) => otelMetrics.registerLimiterMetrics({ meter, limiter: noStatistics, ...it }),
  ],
  ['traceLoads', traceLoadsChecks, (it) => traceLoads({ tracer: trace.getTracer('none'), ...it })],
  ['startJobs', jobsChecks.options, (it) => startJobs({ store, handlers, redis: null, ...it } as never)],
  [
    'the tuning of jobs',
    jobsChecks.tuning,
    (it) => startJobs({ store, handlers, redis: null, tuning: it } as never),
  ],
  [
    'the limits of the queue',
    jobsChecks.limits,
    (it) => startJobs({ store, handlers, redis: null, limits: it } as never),
  ],
  [
    'a retry policy',
    jobsChecks.retry,
    (it) =>
      startJobs({
        store,
        handlers: { note: { ...handlers.note, retry: { ...retry, ...it } } },
        redis: null,
      } as never),
  ],
  [
    'sampleHealth',
    healthChecks,
    (it) => sampleHealth({ redis, lookups: () => ({ hits: 0, lookups: 0 }), ...it }),
  ],
  ['createPostgresOutbox', postgresOutboxChecks, (it) => createPostgresOutbox({ pool, ...it })],
  ['createMemoryOutbox', memoryOutboxChecks, (it) => createMemoryOutbox(it)],
  ['startRecurringJobs', recurringJobsChecks, (it) => startRecurringJobs({ pool, jobs: [], ...it })],
  [
    'a recurring job',
    recurringJobChecks,
    (it) => startRecurringJobs({ pool, jobs: [{ name: 'a', everyMs: 1, run: async () => {}, ...it }] }),
  ],
];

/** Values that no option accepts. */
const nonsense = fc.oneof(
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -1, -0.5, 1e18, '', 'nonsense {}', Symbol('s'), []),
  fc.double({ max: -1e-9 }),
  fc.bigInt(),
);

describe.each(factories)('%s', (factory, checks, create) => {
  test.each(Object.keys(checks))('rejects whatever %s cannot be', (option) => {
    fc.assert(
      fc.property(nonsense, (value) => {
        // A text may be a name, and a list may be empty.
        fc.pre(
          !(
            typeof value === 'string' &&
            (option === 'name' || (option === 'limit' && factory === 'limitRequests'))
          ) &&
            !(
              Array.isArray(value) && ['ttlSimulations', 'codecs', 'jobs', 'trustedProxies'].includes(option)
            ),
        );
        expect(() => create({ [option]: value })).toThrow(option === 'windows' ? /windows/ : option);
      }),
      { numRuns: 30 },
    );
  });

  test('rejects an option that does not exist', () => {
    expect(() => create({ perSecond: 5 })).toThrow('"perSecond" is unknown');
  });
});

test.each(['', 'a'.repeat(33), '1a', 'a b', 'a:b', 'ä'])('a limit cannot have the name %j', (name) =>
  expect(() => createLimiter({ redis: null, limits: { [name]: { windows, onOutage: 'local' } } })).toThrow(
    'name of a limit',
  ),
);

test.each(['a', 'loginAttempts', 'login_attempts', 'login-2'])(
  'a limit and a policy can have the name %j',
  (name) => {
    expect(() =>
      createLimiter({ redis: null, limits: { [name]: { windows, onOutage: 'local' } } }).close(),
    ).not.toThrow();
    expect(() => createCache({ redis, enabled: false, policies: { [name]: { ttlMs: 1 } } })).not.toThrow();
  },
);
