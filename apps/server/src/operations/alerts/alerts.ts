import type { Alert } from '@bookedbarber/contract';
import type { RedisSample } from '@bookedbarber/redis-tier/health';
import type { Facts } from './alert-facts.ts';
import { type AlertThresholds, alertThresholds, messageLateMs } from './alert-thresholds.ts';
import { pauseAlerts } from './pause-alerts.ts';
import { clockAlerts, queueServerAlerts } from './queue-alerts.ts';

/** What is wrong, and the mend, the most urgent first. Nothing is wrong: none. */
export function findAlerts(facts: Facts, thresholds: AlertThresholds = alertThresholds): Alert[] {
  const found = [
    ...redisAlerts(facts, thresholds),
    ...clockAlerts(facts, thresholds),
    ...limitAlerts(facts),
    ...queueServerAlerts(facts, thresholds),
    ...messageAlerts(facts),
  ];
  return [...found.filter((it) => it.severity === 'page'), ...found.filter((it) => it.severity === 'ticket')];
}

function* redisAlerts(facts: Facts, thresholds: AlertThresholds): Generator<Alert> {
  const { redis, pendingInvalidations } = facts;
  if (redis === null || !redis.available) yield redis === null ? redisMissing : redisUnavailableAlert;
  if (redis !== null) {
    yield* memoryAlerts(redis, facts.queue, thresholds);
    yield* hitRateAlerts(redis, thresholds);
    yield* connectionAlerts(redis, facts.connectionBudget, thresholds);
  }
  if (pendingInvalidations > 0)
    yield {
      code: 'pending_invalidations',
      severity: 'ticket',
      title: 'Changes wait to be told to Redis',
      detail: `${pendingInvalidations} scopes have changes that Redis did not take. This process does not answer from them.`,
      remediation: 'Bring Redis back. They are applied by themselves, before anything is read from it.',
    };
}

const redisMissing: Alert = {
  code: 'redis_not_configured',
  severity: 'ticket',
  title: 'No Redis is configured',
  detail: 'Every answer is loaded from the database, and each process counts its limits alone.',
  remediation: 'Set REDIS_URL and start the processes again.',
};

const redisUnavailableAlert: Alert = {
  code: 'redis_away',
  severity: 'page',
  title: 'Redis does not answer',
  detail: 'Answers come from the database or are stale; bookings go on.',
  remediation:
    'See that the server runs, that its address and credentials in REDIS_URL are right, and that it can be reached.',
};

function* memoryAlerts(
  redis: RedisSample,
  queue: Facts['queue'],
  thresholds: AlertThresholds,
): Generator<Alert> {
  const { usedMemoryBytes: used, maxMemoryBytes: most, evictedKeys, evictionPolicy } = redis;
  const share = used === null || most === null || most === 0 ? 0 : used / most;
  if (share > thresholds.memoryTicket)
    yield {
      code: 'redis_memory',
      severity: share > thresholds.memoryPage ? 'page' : 'ticket',
      title: 'The memory of Redis is nearly used up',
      detail: `${percent(share)} of maxmemory is in use.`,
      remediation:
        'Give the server more memory, or shorten the CACHE_TTL_* times of what is seldom asked for.',
    };
  if ((evictedKeys ?? 0) > thresholds.evictions && isUnsuitable(evictionPolicy, queue))
    yield {
      code: 'redis_eviction_policy',
      severity: 'ticket',
      title: 'Redis removes what is needed',
      detail: `${evictedKeys} keys were removed since its start, by the policy ${evictionPolicy}.`,
      remediation:
        queue === 'shared'
          ? 'Set maxmemory-policy volatile-lfu, or give jobs a server of their own with REDIS_JOBS_URL.'
          : 'Set maxmemory-policy volatile-lfu or allkeys-lfu.',
    };
}

/** By chance is never right; and jobs, which never expire, must not be removed for the sake of the cache. */
function isUnsuitable(policy: string | null, queue: Facts['queue']): boolean {
  if (policy === null) return false;
  return policy.endsWith('-random') || (queue === 'shared' && policy.startsWith('allkeys-'));
}

function* hitRateAlerts(
  { available, fleet: { hits, lookups } }: RedisSample,
  thresholds: AlertThresholds,
): Generator<Alert> {
  if (!available || lookups <= thresholds.hitRateLookups || hits / lookups >= thresholds.hitRate) return;
  yield {
    code: 'cache_hit_rate',
    severity: 'ticket',
    title: 'The cache answers too little',
    detail: `${percent(hits / lookups)} of ${lookups} look-ups of the fleet were answered without a load.`,
    remediation:
      'See in /api/v1/cache/stats which policy misses, and lengthen its CACHE_TTL_*: changes are told at once anyway.',
  };
}

function* connectionAlerts(
  { connectedClients, fleet }: RedisSample,
  budget: number,
  thresholds: AlertThresholds,
): Generator<Alert> {
  const allowed = budget * Math.max(1, fleet.processes);
  if (connectedClients === null || connectedClients <= allowed * thresholds.connections) return;
  yield {
    code: 'redis_connections',
    severity: 'ticket',
    title: 'Redis has more clients than planned',
    detail: `${connectedClients} clients are connected; ${fleet.processes} processes may hold ${allowed} together.`,
    remediation: 'Look for others that use the server (CLIENT LIST), or raise REDIS_MAX_CONNECTIONS.',
  };
}

function* limitAlerts({ limits, redis }: Facts): Generator<Alert> {
  if (redis === null || limits === null || limits === 'redis') return;
  yield {
    code: 'limits_without_redis',
    severity: 'ticket',
    title: 'Limits are counted by each process alone',
    detail: 'Wrong credentials are refused unseen with 503 until the limits have Redis again.',
    remediation: 'Bring Redis back; what was admitted meanwhile is entered by itself.',
  };
}

function* messageAlerts({ queue, redis, outbox, nowMs }: Facts): Generator<Alert> {
  if (queue === 'none' || (queue === 'shared' && redis?.available !== true))
    yield {
      code: 'jobs_without_queue',
      severity: 'ticket',
      title: 'Messages are sent without the queue',
      detail: 'Workers take them from the database itself, with less at the same time.',
      remediation: 'Bring back the Redis of the jobs (REDIS_JOBS_URL, else REDIS_URL). Nothing is lost.',
    };
  if (outbox === null) {
    yield {
      code: 'database_unavailable',
      severity: 'page',
      title: 'The database does not answer',
      detail: 'Nothing can be booked; pages are answered from the cache as long as it has them.',
      remediation: 'See that PostgreSQL runs, that DATABASE_URL is right, and that connections are left.',
    };
    return;
  }
  yield* pauseAlerts(outbox, nowMs);
  const { dead = 0, unknown = 0 } = outbox.states;
  if (outbox.late > 0)
    yield {
      code: 'messages_late',
      severity: 'page',
      title: 'Messages are not being sent',
      detail: `${outbox.late} messages are over ${messageLateMs / 60_000} minutes late.`,
      remediation: 'See that a worker process runs and what it logs.',
    };
  const failed = outbox.tasks.filter((task) => task.failed);
  if (failed.length > 0)
    yield {
      code: 'tasks_failed',
      severity: 'ticket',
      title: 'Work that comes again by itself has failed',
      detail: failed.map(({ name, outcome }) => `${name}: ${outcome ?? 'no reason'}`).join('; '),
      remediation: 'See what the worker logs. Each comes again at its time.',
    };
  if (dead > 0)
    yield {
      code: 'messages_dead',
      severity: 'ticket',
      title: 'Messages were given up',
      detail: `${dead} messages were tried as often as allowed and not sent.`,
      remediation:
        'See GET /api/v1/messages?state=dead, mend the mail server or the address, and have them sent by POST /api/v1/messages/retry.',
    };
  if (unknown > 0)
    yield {
      code: 'messages_unknown',
      severity: 'ticket',
      title: 'Of some messages nobody knows whether they were sent',
      detail: `${unknown} messages were being sent when their worker fell silent.`,
      remediation:
        'Look for them at the mail server (GET /api/v1/messages?state=unknown): they were sent again once already.',
    };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}
