import type { Alert } from '@bookedbarber/contract';
import type { Facts } from './alert-facts.ts';
import type { AlertThresholds } from './alert-thresholds.ts';

/**
 * Alerts about the Redis server of the queue, from the reports of the workers: the API process does not connect to
 * it. If the cache shares the server, the alerts of the cache cover its memory.
 */
export function* queueServerAlerts({ queue, outbox }: Facts, thresholds: AlertThresholds): Generator<Alert> {
  const servers = (outbox?.workers ?? []).flatMap(({ server }) => (server === null ? [] : [server]));
  const policy = servers.find(({ evictionPolicy }) => evictionPolicy?.startsWith('allkeys-'))?.evictionPolicy;
  if (policy !== undefined && policy !== null)
    yield {
      code: 'queue_eviction_policy',
      severity: 'ticket',
      title: 'The Redis server of the queue can evict jobs',
      detail: `Its maxmemory-policy is ${policy}. Workers do not use the queue; they poll the database.`,
      remediation:
        'Set maxmemory-policy to noeviction or volatile-lru, or use a separate Redis server for jobs (REDIS_JOBS_URL).',
    };
  if (queue !== 'own') return;
  const share = Math.max(
    0,
    ...servers.map(({ usedBytes, maxBytes }) => (maxBytes === 0 ? 0 : usedBytes / maxBytes)),
  );
  if (share <= thresholds.memoryTicket) return;
  yield {
    code: 'queue_memory',
    severity: share > thresholds.memoryPage ? 'page' : 'ticket',
    title: 'The Redis server of the queue is almost out of memory',
    detail: `${(share * 100).toFixed(0)} % of maxmemory is in use. A full server accepts no jobs.`,
    remediation:
      'Give the server at REDIS_JOBS_URL more memory. Until then, messages are sent from the database.',
  };
}

/** Clock skew between this process and Redis, and between workers and the Redis server of the queue. */
export function* clockAlerts({ redis, outbox }: Facts, thresholds: AlertThresholds): Generator<Alert> {
  const skews = [
    { host: 'this process', skewMs: redis?.skewMs ?? 0 },
    ...(outbox?.workers ?? []).map(({ server }) => ({ host: 'a worker', skewMs: server?.skewMs ?? 0 })),
  ];
  const worst = skews.reduce((far, one) => (Math.abs(one.skewMs) > Math.abs(far.skewMs) ? one : far));
  if (Math.abs(worst.skewMs) <= thresholds.skewMs) return;
  const seconds = (Math.abs(worst.skewMs) / 1000).toFixed(1);
  yield {
    code: 'clock_skew',
    severity: 'ticket',
    title: 'Clocks differ',
    detail: `The clock of Redis is ${seconds} s ${worst.skewMs > 0 ? 'ahead of' : 'behind'} that of ${worst.host}; ${thresholds.skewMs / 1000} s are tolerated.`,
    remediation:
      'Synchronize the clocks of both machines with NTP (chrony, systemd-timesyncd). Until then, delayed jobs run at the wrong times.',
  };
}
