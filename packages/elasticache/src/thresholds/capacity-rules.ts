import type { Evaluation, Rule } from './rule.ts';

const everywhere = { appliesTo: () => true, appliesToText: 'every node' } as const;
const fiveMinutes: Evaluation = {
  statistic: 'Average',
  periodSeconds: 60,
  evaluationPeriods: 5,
  datapointsToAlarm: 5,
};

const memory = {
  metric: 'DatabaseMemoryUsagePercentage',
  comparison: 'above',
  unit: '%',
  ...everywhere,
  scope: 'node',
  evaluation: fiveMinutes,
  missingData: 'missing',
  health: { code: 'redis_memory' },
} as const;

/** Rules for memory, connections and the hit rate. */
export const capacityRules: readonly Rule[] = [
  {
    ...memory,
    name: 'memory_high',
    severity: 'ticket',
    title: 'Memory is filling up',
    limit: (thresholds) => thresholds.memoryTicketPercent,
    describeLimit: (thresholds) => `${thresholds.memoryTicketPercent} % of the memory available for data`,
    cause:
      'More shops and clients than the node was sized for, or long CACHE_TTL_* values for rarely read data.',
    remediation:
      'Shorten the CACHE_TTL_* values that gain few hits (`bookedbarber tune` shows the hit rate of each policy), or scale up to the next larger node: `bookedbarber advise`.',
  },
  {
    ...memory,
    name: 'memory_full',
    severity: 'page',
    title: 'Memory is nearly used up',
    limit: (thresholds) => thresholds.memoryPagePercent,
    describeLimit: (thresholds) => `${thresholds.memoryPagePercent} % of the memory available for data`,
    cause:
      'More data than the node was sized for. A full server evicts keys or, with noeviction, rejects writes.',
    remediation: 'Scale up to the next larger node now. Scaling up keeps the data and the endpoint.',
  },
  {
    name: 'evictions',
    metric: 'Evictions',
    severity: 'ticket',
    title: 'Redis evicts keys',
    comparison: 'above',
    limit: (thresholds) => thresholds.evictions,
    describeLimit: (thresholds) => `${thresholds.evictions} keys`,
    unit: '',
    ...everywhere,
    scope: 'node',
    evaluation: { statistic: 'Sum', periodSeconds: 300, evaluationPeriods: 2, datapointsToAlarm: 2 },
    missingData: 'notBreaching',
    cause:
      'Memory is full. The cache can be reloaded; a job queue on the same server is safe only with volatile-*.',
    remediation:
      'Scale up to the next larger node. On servers with jobs, set maxmemory-policy to volatile-lru or noeviction.',
    health: { code: 'redis_eviction_policy' },
  },
  {
    name: 'connections',
    metric: 'CurrConnections',
    severity: 'ticket',
    title: 'More connections than planned',
    comparison: 'above',
    limit: (thresholds, target) => (thresholds.connectionsPercent / 100) * target.connectionsAllowed,
    describeLimit: (thresholds) =>
      `${thresholds.connectionsPercent} % of REDIS_MAX_CONNECTIONS times the processes`,
    unit: '',
    ...everywhere,
    scope: 'node',
    evaluation: { statistic: 'Maximum', periodSeconds: 60, evaluationPeriods: 10, datapointsToAlarm: 10 },
    missingData: 'missing',
    cause:
      'A connection leak, another program on the same server, or more processes than planned. The limit of a node is 65,000.',
    remediation:
      'List the clients (CLIENT LIST), then check REDIS_MAX_CONNECTIONS, and then consider a larger node. Cluster mode does not help, because its clients connect to every node.',
    health: { code: 'redis_connections' },
  },
  {
    name: 'hit_rate',
    metric: 'CacheHitRate',
    severity: 'ticket',
    title: 'The cache hit rate is low',
    comparison: 'below',
    limit: (thresholds) => thresholds.hitRatePercent,
    describeLimit: (thresholds) =>
      `${thresholds.hitRatePercent} % of the lookups, if there are more than ${thresholds.hitRateLookups} lookups`,
    unit: '%',
    ...everywhere,
    scope: 'group',
    evaluation: { statistic: 'Sum', periodSeconds: 900, evaluationPeriods: 4, datapointsToAlarm: 3 },
    missingData: 'notBreaching',
    cause:
      'TTLs that are shorter than the interval between reads, or a recent restart or failover, after which no entry is fresh. CloudWatch counts all keys, including those of limits and jobs; /api/v1/cache/stats counts only the cache.',
    remediation:
      'Run `bookedbarber tune`. Longer TTLs are safe for changes made through the server, which invalidate the cache immediately.',
    health: { code: 'cache_hit_rate' },
  },
];
