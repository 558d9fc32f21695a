import type { Alert } from '@bookedbarber/contract';
import type { Facts } from './alert-facts.ts';
import type { AlertThresholds } from './alert-thresholds.ts';

/**
 * What is wrong with the server of the queue, as the workers see it: the api does not ask it. Where it is the server of the
 * cache too, its memory is told of there.
 */
export function* queueServerAlerts({ queue, outbox }: Facts, thresholds: AlertThresholds): Generator<Alert> {
  const servers = (outbox?.workers ?? []).flatMap(({ server }) => (server === null ? [] : [server]));
  const policy = servers.find(({ evictionPolicy }) => evictionPolicy?.startsWith('allkeys-'))?.evictionPolicy;
  if (policy !== undefined && policy !== null)
    yield {
      code: 'queue_eviction_policy',
      severity: 'ticket',
      title: 'The server of the queue removes jobs when it is full',
      detail: `Its maxmemory-policy is ${policy}. Workers do not use the queue; they send from the database.`,
      remediation:
        'Set maxmemory-policy noeviction or volatile-lru, or give jobs a server of their own with REDIS_JOBS_URL.',
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
    title: 'The memory of the server of the queue is nearly used up',
    detail: `${(share * 100).toFixed(0)} % of maxmemory is in use. When it is full it takes no jobs.`,
    remediation:
      'Give the server at REDIS_JOBS_URL more memory. Messages go out meanwhile, from the database.',
  };
}

/** Clocks that differ: of this process against Redis, and of workers against the server of their queue. */
export function* clockAlerts({ redis, outbox }: Facts, thresholds: AlertThresholds): Generator<Alert> {
  const skews = [
    { who: 'this process', skewMs: redis?.skewMs ?? 0 },
    ...(outbox?.workers ?? []).map(({ server }) => ({ who: 'a worker', skewMs: server?.skewMs ?? 0 })),
  ];
  const worst = skews.reduce((far, one) => (Math.abs(one.skewMs) > Math.abs(far.skewMs) ? one : far));
  if (Math.abs(worst.skewMs) <= thresholds.skewMs) return;
  const seconds = (Math.abs(worst.skewMs) / 1000).toFixed(1);
  yield {
    code: 'clock_skew',
    severity: 'ticket',
    title: 'Clocks differ',
    detail: `The clock of Redis is ${seconds} s ${worst.skewMs > 0 ? 'ahead of' : 'behind'} that of ${worst.who}; ${thresholds.skewMs / 1000} s are allowed for.`,
    remediation:
      'Have both machines set their clocks by NTP (chrony, systemd-timesyncd). Until then delayed jobs come at wrong times.',
  };
}
