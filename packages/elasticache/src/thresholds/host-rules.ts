import type { Rule } from './rule.ts';

const everywhere = { appliesTo: () => true, appliesToText: 'every node', scope: 'node' } as const;
const notInInfo = 'Only CloudWatch has this metric: Redis does not report host metrics.';
const megabyte = 1_000_000;

/** Rules for host memory, replication lag and failed logins. */
export const hostRules: readonly Rule[] = [
  {
    name: 'freeable_memory',
    metric: 'FreeableMemory',
    severity: 'page',
    title: 'The host is almost out of memory',
    comparison: 'below',
    limit: (thresholds) => thresholds.freeableBytes,
    describeLimit: (thresholds) => `${thresholds.freeableBytes / megabyte} MB`,
    unit: 'bytes',
    ...everywhere,
    evaluation: { statistic: 'Minimum', periodSeconds: 60, evaluationPeriods: 5, datapointsToAlarm: 5 },
    missingData: 'missing',
    cause:
      'Less than 25 % of memory is reserved (reserved-memory-percent), and a backup or a replica sync needed it.',
    remediation: 'Set reserved-memory-percent to 25 or more, or scale up to the next larger node.',
    health: { notMonitored: notInInfo },
  },
  {
    name: 'swap',
    metric: 'SwapBeyondFreeable',
    severity: 'page',
    title: 'Swap usage exceeds freeable memory',
    comparison: 'above',
    limit: (thresholds) => thresholds.swapBeyondFreeableBytes,
    describeLimit: (thresholds) =>
      thresholds.swapBeyondFreeableBytes === 0
        ? 'SwapUsage exceeds FreeableMemory'
        : `SwapUsage exceeds FreeableMemory by ${thresholds.swapBeyondFreeableBytes / megabyte} MB`,
    unit: 'bytes',
    ...everywhere,
    evaluation: { statistic: 'Average', periodSeconds: 60, evaluationPeriods: 5, datapointsToAlarm: 5 },
    missingData: 'missing',
    cause: 'The node is under memory pressure; commands wait for the disk.',
    remediation: 'Scale up to the next larger node now.',
    health: { notMonitored: notInInfo },
  },
  {
    name: 'replication_lag',
    metric: 'ReplicationLag',
    severity: 'ticket',
    title: 'A replica lags behind its primary',
    comparison: 'above',
    limit: (thresholds) => thresholds.replicationLagSeconds,
    describeLimit: (thresholds) => `${thresholds.replicationLagSeconds} s`,
    unit: 's',
    appliesTo: ({ replicasPerShard }) => replicasPerShard > 0,
    appliesToText: 'groups with replicas',
    scope: 'node',
    evaluation: { statistic: 'Average', periodSeconds: 60, evaluationPeriods: 15, datapointsToAlarm: 15 },
    missingData: 'notBreaching',
    cause:
      'Writes arrive faster than the replica applies them, or its network bandwidth is used up. A failover now loses these writes.',
    remediation: 'Check the network alarms first, then scale up the whole group to the next larger node.',
    health: { notMonitored: 'The server only queries primaries.' },
  },
  {
    name: 'authentication_failures',
    metric: 'AuthenticationFailures',
    severity: 'ticket',
    title: 'Logins fail',
    comparison: 'above',
    limit: (thresholds) => thresholds.authenticationFailures,
    describeLimit: (thresholds) => `${thresholds.authenticationFailures} failures`,
    unit: '',
    ...everywhere,
    evaluation: { statistic: 'Sum', periodSeconds: 300, evaluationPeriods: 1, datapointsToAlarm: 1 },
    missingData: 'notBreaching',
    cause:
      'A process that still uses the old AUTH token after a rotation, or an unknown client in the network.',
    remediation:
      'Run `bookedbarber doctor` with the environment of each process, then check the sources that the security group allows.',
    health: {
      notMonitored:
        'The server reads memory, clients and statistics, not the failed logins of other clients.',
    },
  },
];
