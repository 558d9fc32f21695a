import type { Alert } from '@bookedbarber/contract';
import type { RedisSample } from '@bookedbarber/redis-tier/health';
import type { Facts } from './alert-facts.ts';
import { type AlertThresholds, alertThresholds, messageLateMs } from './alert-thresholds.ts';
import { pauseAlerts } from './pause-alerts.ts';
import { clockAlerts, queueServerAlerts } from './queue-alerts.ts';

/** Returns the active alerts, pages before tickets; an empty list when there is no problem. */
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
      title: 'Cache invalidations are pending',
      detail: `Redis has not applied the invalidations of ${pendingInvalidations} namespaces. This process bypasses the cache for them.`,
      remediation:
        'Restore Redis. Pending invalidations are applied automatically before any read from Redis.',
    };
}

const redisMissing: Alert = {
  code: 'redis_not_configured',
  severity: 'ticket',
  title: 'Redis is not configured',
  detail: 'All data is loaded from the database, and each process counts limits locally.',
  remediation: 'Set REDIS_URL and restart the processes.',
};

const redisUnavailableAlert: Alert = {
  code: 'redis_unavailable',
  severity: 'page',
  title: 'Redis does not respond',
  detail: 'Data comes from the database or is stale; bookings continue.',
  remediation:
    'Check that the Redis server is running and reachable, and that the address and credentials in REDIS_URL are correct.',
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
      title: 'Redis is almost out of memory',
      detail: `${percent(share)} of maxmemory is in use.`,
      remediation: 'Give the server more memory, or lower the CACHE_TTL_* values of rarely requested data.',
    };
  if ((evictedKeys ?? 0) > thresholds.evictions && isUnsuitable(evictionPolicy, queue))
    yield {
      code: 'redis_eviction_policy',
      severity: 'ticket',
      title: 'Redis evicts the wrong keys',
      detail: `The policy ${evictionPolicy} has evicted ${evictedKeys} keys since the server started.`,
      remediation:
        queue === 'shared'
          ? 'Set maxmemory-policy to volatile-lfu, or use a separate Redis server for jobs (REDIS_JOBS_URL).'
          : 'Set maxmemory-policy to volatile-lfu or allkeys-lfu.',
    };
}

/** Random eviction is never suitable. A shared server must not evict jobs, which have no TTL. */
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
    title: 'The cache hit rate is low',
    detail: `${percent(hits / lookups)} of ${lookups} lookups of all processes were hits.`,
    remediation:
      'Find the policy with many misses in /api/v1/cache/stats and raise its CACHE_TTL_*. Changes are invalidated immediately anyway.',
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
    title: 'Redis has more connections than planned',
    detail: `${connectedClients} clients are connected; the budget of ${fleet.processes} processes is ${allowed}.`,
    remediation: 'Find other users of the server with CLIENT LIST, or raise REDIS_MAX_CONNECTIONS.',
  };
}

function* limitAlerts({ limits, redis }: Facts): Generator<Alert> {
  if (redis === null || limits === null || limits === 'redis') return;
  yield {
    code: 'limits_without_redis',
    severity: 'ticket',
    title: 'Rate limits are counted per process',
    detail: 'Requests with invalid credentials get 503 until the limits use Redis again.',
    remediation: 'Restore Redis. Local consumption is reported to it automatically.',
  };
}

function* messageAlerts({ queue, redis, outbox, nowMs }: Facts): Generator<Alert> {
  if (queue === 'none' || (queue === 'shared' && redis?.available !== true))
    yield {
      code: 'jobs_without_queue',
      severity: 'ticket',
      title: 'Messages are sent without the queue',
      detail: 'Workers poll the database, with lower concurrency.',
      remediation: 'Restore the Redis server for jobs (REDIS_JOBS_URL, else REDIS_URL). No message is lost.',
    };
  if (outbox === null) {
    yield {
      code: 'database_unavailable',
      severity: 'page',
      title: 'The database does not respond',
      detail: 'Bookings are impossible; pages are served from the cache until their entries expire.',
      remediation:
        'Check that PostgreSQL is running, that DATABASE_URL is correct, and that connections are available.',
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
      detail: `${outbox.late} messages are more than ${messageLateMs / 60_000} minutes late.`,
      remediation: 'Check that a worker is running, and read its log.',
    };
  const failed = outbox.tasks.filter((task) => task.failed);
  if (failed.length > 0)
    yield {
      code: 'tasks_failed',
      severity: 'ticket',
      title: 'Scheduled tasks failed',
      detail: failed.map(({ name, outcome }) => `${name}: ${outcome ?? 'no reason'}`).join('; '),
      remediation: 'Read the log of the workers. Each task runs again when it is next due.',
    };
  if (dead > 0)
    yield {
      code: 'messages_dead',
      severity: 'ticket',
      title: 'Messages are dead-lettered',
      detail: `${dead} messages failed on every allowed attempt.`,
      remediation:
        'List them with GET /api/v1/messages?state=dead, fix the mail server or the address, and retry them with POST /api/v1/messages/retry.',
    };
  if (unknown > 0)
    yield {
      code: 'messages_unknown',
      severity: 'ticket',
      title: 'The outcome of some messages is unknown',
      detail: `${unknown} messages were being sent when their worker or the connection failed.`,
      remediation:
        'List them with GET /api/v1/messages?state=unknown, search for them in the log of the mail server, and retry those that were not sent.',
    };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}
