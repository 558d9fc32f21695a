import type { RedisSample } from '@bookedbarber/redis-tier/health';
import { expect, test } from 'vitest';
import { type Facts, findAlerts } from './alerts.ts';

const redis: RedisSample = {
  available: true,
  usedMemoryBytes: 10,
  maxMemoryBytes: 100,
  connectedClients: 10,
  maxClients: 10_000,
  operationsPerSecond: 5,
  evictedKeys: 0,
  evictionPolicy: 'noeviction',
  fleet: { hits: 0, lookUps: 0, processes: 2 },
};

const well: Facts = {
  redis,
  connectionBudget: 50,
  invalidationsKept: 0,
  limits: 'redis',
  queue: 'shared',
  outbox: { states: { pending: 3, sent: 100, failed: 2, dead: 0, unknown: 0 }, late: 0, lagMs: 0 },
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
  ['few hits of 500 look-ups', { redis: { fleet: { hits: 1, lookUps: 500, processes: 2 } } }, []],
  [
    'few hits of more',
    { redis: { fleet: { hits: 425, lookUps: 501, processes: 2 } } },
    ['ticket cache_hit_rate'],
  ],
  ['85 % hits', { redis: { fleet: { hits: 850, lookUps: 1000, processes: 2 } } }, []],
  ['90 clients of two processes', { redis: { connectedClients: 90 } }, []],
  ['91 clients of two processes', { redis: { connectedClients: 91 } }, ['ticket redis_connections']],
  ['kept invalidations', { invalidationsKept: 1 }, ['ticket invalidations_kept']],
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
    ['ticket redis_missing', 'ticket jobs_without_queue'],
  ],
  ['late messages', { outbox: { states: {}, late: 1, lagMs: 0 } }, ['page messages_late']],
  ['dead messages', { outbox: { states: { dead: 1 }, late: 0, lagMs: 0 } }, ['ticket messages_dead']],
  [
    'unknown messages',
    { outbox: { states: { unknown: 1 }, late: 0, lagMs: 0 } },
    ['ticket messages_unknown'],
  ],
  ['no database', { outbox: null }, ['page database_away']],
  [
    'several at once: pages come first',
    { invalidationsKept: 1, outbox: { states: { dead: 1 }, late: 1, lagMs: 0 } },
    ['page messages_late', 'ticket invalidations_kept', 'ticket messages_dead'],
  ],
])('%s', (_name, facts, wanted) => expect(codes(facts)).toEqual(wanted));
