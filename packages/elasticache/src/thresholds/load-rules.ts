import type { Evaluation, Rule } from './rule.ts';

const fiveMinutes: Evaluation = {
  statistic: 'Average',
  periodSeconds: 60,
  evaluationPeriods: 5,
  datapointsToAlarm: 5,
};
const notInInfo = 'Only CloudWatch has this metric: Redis does not report host metrics.';

const engine = {
  metric: 'EngineCPUUtilization',
  comparison: 'above',
  unit: '%',
  appliesTo: ({ node }) => node.vcpus >= 4,
  appliesToText: 'nodes of 4 vCPUs or more',
  scope: 'node',
  evaluation: fiveMinutes,
  missingData: 'missing',
  cause: 'Redis runs commands on one thread. A larger node of the same family does not make it faster.',
  health: { notMonitored: notInInfo },
} as const satisfies Partial<Rule>;

const packets = {
  severity: 'ticket',
  comparison: 'above',
  limit: (thresholds) => thresholds.networkPackets,
  describeLimit: (thresholds) => `${thresholds.networkPackets} packets`,
  unit: '',
  appliesTo: () => true,
  appliesToText: 'every node',
  scope: 'node',
  evaluation: { statistic: 'Sum', periodSeconds: 60, evaluationPeriods: 5, datapointsToAlarm: 5 },
  missingData: 'missing',
  cause: 'The node has used up its network burst and is limited to its baseline bandwidth.',
  remediation:
    'Scale up to the next larger node: `bookedbarber plan` shows the baselines. Replicas do not help, because the cache reads only from primaries.',
  health: { notMonitored: notInInfo },
} as const satisfies Partial<Rule>;

/** Rules for CPU, CPU credits, network and traffic management. */
export const loadRules: readonly Rule[] = [
  {
    name: 'cpu',
    metric: 'CPUUtilization',
    severity: 'page',
    title: 'One core is saturated',
    comparison: 'above',
    limit: (thresholds, { node }) => thresholds.corePercent / node.vcpus,
    describeLimit: (thresholds) =>
      `${thresholds.corePercent} % divided by the vCPUs: ${thresholds.corePercent / 2} % on two`,
    unit: '%',
    appliesTo: ({ node }) => node.vcpus <= 2,
    appliesToText: 'nodes of 2 vCPUs or fewer',
    scope: 'node',
    evaluation: fiveMinutes,
    missingData: 'missing',
    cause: 'Redis runs commands on one core. On T4g, this load also uses up the CPU credits.',
    remediation:
      'Scale up from T4g to r6g.large or r7g.large. On those, use cluster mode to distribute the commands.',
    health: { notMonitored: notInInfo },
  },
  {
    ...engine,
    name: 'engine_cpu_high',
    severity: 'ticket',
    title: 'The engine thread is busy',
    limit: (thresholds) => thresholds.engineTicketPercent,
    describeLimit: (thresholds) => `${thresholds.engineTicketPercent} %`,
    remediation: 'Plan cluster mode: `bookedbarber advise` lists its preconditions.',
  },
  {
    ...engine,
    name: 'engine_cpu_full',
    severity: 'page',
    title: 'The engine thread is saturated',
    limit: (thresholds) => thresholds.enginePagePercent,
    describeLimit: (thresholds) => `${thresholds.enginePagePercent} %`,
    remediation: 'Look for slow commands (SLOWLOG GET), then use cluster mode to distribute the commands.',
  },
  {
    name: 'cpu_credits',
    metric: 'CPUCreditBalance',
    severity: 'ticket',
    title: 'CPU credits are running out',
    comparison: 'below',
    limit: (thresholds, { node }) => (thresholds.creditPercent / 100) * (node.burst?.maxCredits ?? 0),
    describeLimit: (thresholds) => `${thresholds.creditPercent} % of the node's maximum balance`,
    unit: 'credits',
    appliesTo: ({ node }) => node.burst !== null,
    appliesToText: 'T4g nodes',
    scope: 'node',
    evaluation: { statistic: 'Minimum', periodSeconds: 300, evaluationPeriods: 3, datapointsToAlarm: 3 },
    missingData: 'missing',
    cause:
      'The node has used more CPU than its baseline for hours. Without credits, it is limited to the baseline.',
    remediation: 'Scale up to r6g.large or r7g.large, which do not use CPU credits.',
    health: { notMonitored: notInInfo },
  },
  {
    ...packets,
    name: 'network_in',
    metric: 'NetworkBandwidthInAllowanceExceeded',
    title: 'Inbound packets are queued or dropped',
  },
  {
    ...packets,
    name: 'network_out',
    metric: 'NetworkBandwidthOutAllowanceExceeded',
    title: 'Outbound packets are queued or dropped',
  },
  {
    name: 'traffic_management',
    metric: 'TrafficManagementActive',
    severity: 'page',
    title: 'Traffic management is active',
    comparison: 'above',
    limit: (thresholds) => thresholds.trafficManagement,
    describeLimit: (thresholds) => `${thresholds.trafficManagement}`,
    unit: '',
    appliesTo: () => true,
    appliesToText: 'every node',
    scope: 'node',
    evaluation: { statistic: 'Maximum', periodSeconds: 60, evaluationPeriods: 5, datapointsToAlarm: 3 },
    missingData: 'missing',
    cause: 'The node receives more commands than it can run, and ElastiCache throttles them.',
    remediation: 'Scale up to the next larger node now. On nodes of 4 vCPUs or more, use cluster mode.',
    health: { notMonitored: notInInfo },
  },
];
