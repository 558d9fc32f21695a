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

/** What fills up: memory, connections, and the cache's worth. */
export const capacityRules: readonly Rule[] = [
  {
    ...memory,
    name: 'memory_high',
    severity: 'ticket',
    title: 'Memory is filling up',
    limit: (thresholds) => thresholds.memoryTicketPercent,
    describeLimit: (thresholds) => `${thresholds.memoryTicketPercent} % of the memory that data may take`,
    cause:
      'More shops and clients than the node was chosen for, or long CACHE_TTL_* times of what is seldom asked for.',
    remediation:
      'Run `bookedbarber tune` for times that gain little, then take the next larger node: `bookedbarber advise`.',
  },
  {
    ...memory,
    name: 'memory_full',
    severity: 'page',
    title: 'Memory is nearly used up',
    limit: (thresholds) => thresholds.memoryPagePercent,
    describeLimit: (thresholds) => `${thresholds.memoryPagePercent} % of the memory that data may take`,
    cause:
      'More data than the node was chosen for. When it is full, a server that evicts forgets, and one that does not refuses to write.',
    remediation: 'Take the next larger node now. Scaling up keeps the data and the endpoint.',
  },
  {
    name: 'evictions',
    metric: 'Evictions',
    severity: 'ticket',
    title: 'Keys are removed to make room',
    comparison: 'above',
    limit: (thresholds) => thresholds.evictions,
    describeLimit: (thresholds) => `${thresholds.evictions} keys`,
    unit: '',
    ...everywhere,
    scope: 'node',
    evaluation: { statistic: 'Sum', periodSeconds: 300, evaluationPeriods: 2, datapointsToAlarm: 2 },
    missingData: 'notBreaching',
    cause:
      'Memory is full. The cache survives it; a queue of jobs on the same server survives it only with volatile-*.',
    remediation:
      'Take the next larger node, and see that maxmemory-policy is volatile-lru or noeviction where jobs are.',
    health: { code: 'redis_eviction_policy' },
  },
  {
    name: 'connections',
    metric: 'CurrConnections',
    severity: 'ticket',
    title: 'More clients than planned',
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
      'A leak, another program on the same server, or more processes than were planned. A node itself takes 65,000.',
    remediation:
      'Look who they are (CLIENT LIST), then at REDIS_MAX_CONNECTIONS, and at the node last. Cluster mode is no mend: its clients connect to every node.',
    health: { code: 'redis_connections' },
  },
  {
    name: 'hit_rate',
    metric: 'CacheHitRate',
    severity: 'ticket',
    title: 'The cache answers too little',
    comparison: 'below',
    limit: (thresholds) => thresholds.hitRatePercent,
    describeLimit: (thresholds) =>
      `${thresholds.hitRatePercent} % of the look-ups, judged above ${thresholds.hitRateLookups} look-ups`,
    unit: '%',
    ...everywhere,
    scope: 'group',
    evaluation: { statistic: 'Sum', periodSeconds: 900, evaluationPeriods: 4, datapointsToAlarm: 3 },
    missingData: 'notBreaching',
    cause:
      'Times that are shorter than the pause between two looks, a restart, or a failover: after it nothing is fresh. CloudWatch counts every key, also those of limits and jobs; /api/v1/cache/stats counts the cache alone.',
    remediation: 'Run `bookedbarber tune`: changes are told at once anyway, so longer times are safe.',
    health: { code: 'cache_hit_rate' },
  },
];
