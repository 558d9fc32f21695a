import type { Rule } from './rule.ts';

const everywhere = { appliesTo: () => true, appliesToText: 'every node', scope: 'node' } as const;
const notInInfo = 'CloudWatch alone knows it: a server says nothing about its host.';
const megabyte = 1_000_000;

/** The host below the server, its replicas, and who knocks. */
export const hostRules: readonly Rule[] = [
  {
    name: 'freeable_memory',
    metric: 'FreeableMemory',
    severity: 'page',
    title: 'The host has no memory left',
    comparison: 'below',
    limit: (thresholds) => thresholds.freeableBytes,
    describeLimit: (thresholds) => `${thresholds.freeableBytes / megabyte} MB`,
    unit: 'bytes',
    ...everywhere,
    evaluation: { statistic: 'Minimum', periodSeconds: 60, evaluationPeriods: 5, datapointsToAlarm: 5 },
    missingData: 'missing',
    cause: 'Less than a quarter is kept back (reserved-memory-percent), and a backup or a replica needed it.',
    remediation: 'Set reserved-memory-percent to 25 or more, or take the next larger node.',
    health: { notMonitored: notInInfo },
  },
  {
    name: 'swap',
    metric: 'SwapBeyondFreeable',
    severity: 'page',
    title: 'The host swaps more than it could free',
    comparison: 'above',
    limit: (thresholds) => thresholds.swapBeyondFreeableBytes,
    describeLimit: (thresholds) =>
      thresholds.swapBeyondFreeableBytes === 0
        ? 'SwapUsage is more than FreeableMemory'
        : `SwapUsage is more than FreeableMemory by ${thresholds.swapBeyondFreeableBytes / megabyte} MB`,
    unit: 'bytes',
    ...everywhere,
    evaluation: { statistic: 'Average', periodSeconds: 60, evaluationPeriods: 5, datapointsToAlarm: 5 },
    missingData: 'missing',
    cause: 'The node is under memory pressure; commands wait for the disk.',
    remediation: 'Take the next larger node now.',
    health: { notMonitored: notInInfo },
  },
  {
    name: 'replication_lag',
    metric: 'ReplicationLag',
    severity: 'ticket',
    title: 'A replica falls behind',
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
      'Writes come faster than the replica takes them, or its network is used up. A failover now loses that much.',
    remediation: 'Look at the network alarms first, then take the next larger node for the whole group.',
    health: { notMonitored: 'The server asks its primary alone, for what the cache needs.' },
  },
  {
    name: 'authentication_failures',
    metric: 'AuthenticationFailures',
    severity: 'ticket',
    title: 'Somebody tries a wrong password',
    comparison: 'above',
    limit: (thresholds) => thresholds.authenticationFailures,
    describeLimit: (thresholds) => `${thresholds.authenticationFailures} tries`,
    unit: '',
    ...everywhere,
    evaluation: { statistic: 'Sum', periodSeconds: 300, evaluationPeriods: 1, datapointsToAlarm: 1 },
    missingData: 'notBreaching',
    cause:
      'A process that has not been given the new token after a rotation, or a stranger inside the network.',
    remediation:
      'Run `bookedbarber doctor` with the environment of each process; then see who else the security group lets in.',
    health: {
      notMonitored: 'The server asks for memory, clients and statistics, not for failed logins of others.',
    },
  },
];
