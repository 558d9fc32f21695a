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
  held: 0,
  pauses: [],
  workers: [],
  tasks: [],
  ...change,
});
const pausedFor = (minutes: number): Pause => ({
  target: 'all',
  reason: 'the provider has trouble',
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

const well: Facts = {
  redis,
  connectionBudget: 50,
  pendingInvalidations: 0,
  limits: 'redis',
  queue: 'shared',
  outbox: outbox({ states: { pending: 3, sent: 100, failed: 2, dead: 0, unknown: 0 } }),
  nowMs,
};

type Change = Partial<Omit<Facts, 'redis'>> & { redis?: Partial<RedisSample> | null };

function codes({ redis: ofRedis = {}, ...others }: Change): string[] {
  const sample = ofRedis === null ? null : { ...redis, ...ofRedis };
  return findAlerts({ ...well, ...others, redis: sample }).map(({ code, severity }) => `${severity} ${code}`);
}

test('while all is well there are none', () => expect(findAlerts(well)).toEqual([]));

test.each<[string, Change, string[]]>([
  ['memory at 80 %', { redis: { usedMemoryBytes: 80 } }, []],
  ['memory above 80 %', { redis: { usedMemoryBytes: 81 } }, ['ticket redis_memory']],
  ['memory above 90 %', { redis: { usedMemoryBytes: 91 } }, ['page redis_memory']],
  ['much memory of a server without a bound', { redis: { usedMemoryBytes: 1e12, maxMemoryBytes: 0 } }, []],
  ['evictions by use', { redis: { evictedKeys: 5, evictionPolicy: 'volatile-lfu' } }, []],
  [
    'evictions by chance',
    { queue: 'own', redis: { evictedKeys: 5, evictionPolicy: 'allkeys-random' } },
    ['ticket redis_eviction_policy'],
  ],
  [
    'evictions that take jobs',
    { redis: { evictedKeys: 5, evictionPolicy: 'allkeys-lru' } },
    ['ticket redis_eviction_policy'],
  ],
  [
    'the same where jobs have their own server',
    { queue: 'own', redis: { evictedKeys: 5, evictionPolicy: 'allkeys-lru' } },
    [],
  ],
  ['an unfit policy that evicted nothing', { redis: { evictionPolicy: 'allkeys-lru' } }, []],
  ['few hits of 500 look-ups', { redis: { fleet: { hits: 1, lookups: 500, processes: 2 } } }, []],
  [
    'few hits of more',
    { redis: { fleet: { hits: 425, lookups: 501, processes: 2 } } },
    ['ticket cache_hit_rate'],
  ],
  ['85 % hits', { redis: { fleet: { hits: 850, lookups: 1000, processes: 2 } } }, []],
  ['90 clients of two processes', { redis: { connectedClients: 90 } }, []],
  ['91 clients of two processes', { redis: { connectedClients: 91 } }, ['ticket redis_connections']],
  ['kept invalidations', { pendingInvalidations: 1 }, ['ticket pending_invalidations']],
  ['limits of this process alone', { limits: 'local' }, ['ticket limits_without_redis']],
  ['no limits', { limits: null }, []],
  ['Redis away', { redis: { available: false } }, ['page redis_away', 'ticket jobs_without_queue']],
  [
    'Redis away, but not that of the jobs',
    { queue: 'own', redis: { available: false } },
    ['page redis_away'],
  ],
  [
    'no Redis',
    { redis: null, queue: 'none', limits: 'local' },
    ['ticket redis_not_configured', 'ticket jobs_without_queue'],
  ],
  ['late messages', { outbox: outbox({ late: 1 }) }, ['page messages_late']],
  ['dead messages', { outbox: outbox({ states: { dead: 1 } }) }, ['ticket messages_dead']],
  ['unknown messages', { outbox: outbox({ states: { unknown: 1 } }) }, ['ticket messages_unknown']],
  ['a pause of an hour', { outbox: outbox({ pauses: [pausedFor(60)], held: 7 }) }, []],
  ['a longer one', { outbox: outbox({ pauses: [pausedFor(61)], held: 7 }) }, ['ticket messages_paused']],
  ['clocks two seconds apart', { redis: { skewMs: -2000 } }, []],
  ['clocks further apart', { redis: { skewMs: -2001 } }, ['ticket clock_skew']],
  ['those of a worker', { outbox: outbox({ workers: [worker({ skewMs: 9000 })] }) }, ['ticket clock_skew']],
  [
    'a queue on a server that removes jobs, before it has removed any',
    { outbox: outbox({ workers: [worker({}), worker({ evictionPolicy: 'allkeys-lfu' })] }) },
    ['ticket queue_eviction_policy'],
  ],
  [
    'memory of the queue above 80 %',
    { queue: 'own', outbox: outbox({ workers: [worker({ usedBytes: 81 })] }) },
    ['ticket queue_memory'],
  ],
  [
    'memory of the queue above 90 %',
    { queue: 'own', outbox: outbox({ workers: [worker({ usedBytes: 91 })] }) },
    ['page queue_memory'],
  ],
  [
    'the same on the server of the cache, which is told of as such',
    { redis: { usedMemoryBytes: 91 }, outbox: outbox({ workers: [worker({ usedBytes: 91 })] }) },
    ['page redis_memory'],
  ],
  ['a queue without a bound', { queue: 'own', outbox: outbox({ workers: [worker({ maxBytes: 0 })] }) }, []],
  ['a task that failed', { outbox: outbox({ tasks: [failedTask] }) }, ['ticket tasks_failed']],
  ['no database', { outbox: null }, ['page database_unavailable']],
  [
    'several at once: pages come first',
    { pendingInvalidations: 1, outbox: outbox({ states: { dead: 1 }, late: 1 }) },
    ['page messages_late', 'ticket pending_invalidations', 'ticket messages_dead'],
  ],
])('%s', (_name, facts, wanted) => expect(codes(facts)).toEqual(wanted));
