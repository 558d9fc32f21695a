import type { RedisSample } from '@bookedbarber/redis-tier/health';
import { expect, test } from 'vitest';
import type { Pause } from '../../outbox/messages/pauses.ts';
import type { WorkerReport } from '../../outbox/messages/worker-reports.ts';
import type { Facts } from './alert-facts.ts';
import { findAlerts } from './alerts.ts';

const redis: RedisSample = {
  available: true,
  usedMemoryBytes: 10,
  maxMemoryBytes: 100,
  connectedClients: 10,
  maxClients: 10_000,
  operationsPerSecond: 5,
  evictedKeys: 0,
  evictionPolicy: 'noeviction',
  skewMs: 0,
  fleet: { hits: 0, lookups: 0, processes: 2 },
};

const nowMs = Date.UTC(2026, 10, 26, 12);
type Outbox = Facts['outbox'] & object;
const outbox = (change: Partial<Outbox>): Outbox => ({
  states: {},
  late: 0,
  lagMs: 0,
  paused: 0,
  pauses: [],
  workers: [],
  tasks: [],
  ...change,
});
const pausedFor = (minutes: number): Pause => ({
  target: 'all',
  reason: 'provider outage',
  pausedBy: 'Ada',
  pausedAt: new Date(nowMs - minutes * 60_000),
  resumedBy: null,
  resumedAt: null,
});
const failedTask: Outbox['tasks'][number] = {
  name: 'roll-up',
  dueAt: new Date(0),
  running: false,
  endedAt: new Date(0),
  outcome: 'no',
  failed: true,
};
const worker = (server: Partial<WorkerReport['server'] & object>): WorkerReport => ({
  deliversFrom: 'queue',
  inProgress: 0,
  server: { evictionPolicy: 'noeviction', usedBytes: 10, maxBytes: 100, skewMs: 0, ...server },
});

const healthy: Facts = {
  redis,
  connectionBudget: 50,
  pendingInvalidations: 0,
  limits: 'redis',
  queue: 'shared',
  outbox: outbox({ states: { pending: 3, sent: 100, failed: 2, dead: 0, unknown: 0 } }),
  nowMs,
};

type Change = Partial<Omit<Facts, 'redis'>> & { redis?: Partial<RedisSample> | null };

function codes({ redis: redisChange = {}, ...others }: Change): string[] {
  const sample = redisChange === null ? null : { ...redis, ...redisChange };
  return findAlerts({ ...healthy, ...others, redis: sample }).map(
    ({ code, severity }) => `${severity} ${code}`,
  );
}

test('finds no alerts in a healthy state', () => expect(findAlerts(healthy)).toEqual([]));

test.each<[string, Change, string[]]>([
  ['Redis memory at 80 %', { redis: { usedMemoryBytes: 80 } }, []],
  ['Redis memory above 80 %', { redis: { usedMemoryBytes: 81 } }, ['ticket redis_memory']],
  ['Redis memory above 90 %', { redis: { usedMemoryBytes: 91 } }, ['page redis_memory']],
  ['high Redis memory without maxmemory', { redis: { usedMemoryBytes: 1e12, maxMemoryBytes: 0 } }, []],
  ['LFU evictions of keys with a TTL', { redis: { evictedKeys: 5, evictionPolicy: 'volatile-lfu' } }, []],
  [
    'random evictions',
    { queue: 'own', redis: { evictedKeys: 5, evictionPolicy: 'allkeys-random' } },
    ['ticket redis_eviction_policy'],
  ],
  [
    'evictions that can remove jobs',
    { redis: { evictedKeys: 5, evictionPolicy: 'allkeys-lru' } },
    ['ticket redis_eviction_policy'],
  ],
  [
    'the same evictions with a separate server for jobs',
    { queue: 'own', redis: { evictedKeys: 5, evictionPolicy: 'allkeys-lru' } },
    [],
  ],
  ['an unsuitable policy without evictions', { redis: { evictionPolicy: 'allkeys-lru' } }, []],
  ['a low hit rate over 500 lookups', { redis: { fleet: { hits: 1, lookups: 500, processes: 2 } } }, []],
  [
    'a hit rate below 85 % over 501 lookups',
    { redis: { fleet: { hits: 425, lookups: 501, processes: 2 } } },
    ['ticket cache_hit_rate'],
  ],
  ['a hit rate of 85 %', { redis: { fleet: { hits: 850, lookups: 1000, processes: 2 } } }, []],
  ['90 clients of two processes', { redis: { connectedClients: 90 } }, []],
  ['91 clients of two processes', { redis: { connectedClients: 91 } }, ['ticket redis_connections']],
  ['pending invalidations', { pendingInvalidations: 1 }, ['ticket pending_invalidations']],
  ['limits counted locally', { limits: 'local' }, ['ticket limits_without_redis']],
  ['disabled limits', { limits: null }, []],
  [
    'an unavailable Redis',
    { redis: { available: false } },
    ['page redis_unavailable', 'ticket jobs_without_queue'],
  ],
  [
    'an unavailable Redis with a separate server for jobs',
    { queue: 'own', redis: { available: false } },
    ['page redis_unavailable'],
  ],
  [
    'no configured Redis',
    { redis: null, queue: 'none', limits: 'local' },
    ['ticket redis_not_configured', 'ticket jobs_without_queue'],
  ],
  ['late messages', { outbox: outbox({ late: 1 }) }, ['page messages_late']],
  ['dead messages', { outbox: outbox({ states: { dead: 1 } }) }, ['ticket messages_dead']],
  ['unknown messages', { outbox: outbox({ states: { unknown: 1 } }) }, ['ticket messages_unknown']],
  ['a pause of one hour', { outbox: outbox({ pauses: [pausedFor(60)], paused: 7 }) }, []],
  [
    'a pause of 61 minutes',
    { outbox: outbox({ pauses: [pausedFor(61)], paused: 7 }) },
    ['ticket messages_paused'],
  ],
  ['a clock skew of two seconds', { redis: { skewMs: -2000 } }, []],
  ['a clock skew above two seconds', { redis: { skewMs: -2001 } }, ['ticket clock_skew']],
  [
    'a clock skew of a worker',
    { outbox: outbox({ workers: [worker({ skewMs: 9000 })] }) },
    ['ticket clock_skew'],
  ],
  [
    'a queue on a server that can evict jobs',
    { outbox: outbox({ workers: [worker({}), worker({ evictionPolicy: 'allkeys-lfu' })] }) },
    ['ticket queue_eviction_policy'],
  ],
  [
    'queue memory above 80 %',
    { queue: 'own', outbox: outbox({ workers: [worker({ usedBytes: 81 })] }) },
    ['ticket queue_memory'],
  ],
  [
    'queue memory above 90 %',
    { queue: 'own', outbox: outbox({ workers: [worker({ usedBytes: 91 })] }) },
    ['page queue_memory'],
  ],
  [
    'queue memory above 90 % on the server of the cache',
    { redis: { usedMemoryBytes: 91 }, outbox: outbox({ workers: [worker({ usedBytes: 91 })] }) },
    ['page redis_memory'],
  ],
  [
    'a queue server without maxmemory',
    { queue: 'own', outbox: outbox({ workers: [worker({ maxBytes: 0 })] }) },
    [],
  ],
  ['a failed task', { outbox: outbox({ tasks: [failedTask] }) }, ['ticket tasks_failed']],
  ['an unavailable database', { outbox: null }, ['page database_unavailable']],
  [
    'several problems, pages first',
    { pendingInvalidations: 1, outbox: outbox({ states: { dead: 1 }, late: 1 }) },
    ['page messages_late', 'ticket pending_invalidations', 'ticket messages_dead'],
  ],
])('reports the alerts for %s', (_name, facts, expected) => expect(codes(facts)).toEqual(expected));
