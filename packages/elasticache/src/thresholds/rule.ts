import type { NodeType } from '../facts/node-types.ts';
import type { Thresholds } from './thresholds.ts';

export type Severity = 'ticket' | 'page';

/** Metrics of AWS/ElastiCache, and the two that are made from others. */
export type Metric =
  | 'DatabaseMemoryUsagePercentage'
  | 'CPUUtilization'
  | 'EngineCPUUtilization'
  | 'CurrConnections'
  | 'CacheHitRate'
  | 'Evictions'
  | 'ReplicationLag'
  | 'CPUCreditBalance'
  | 'FreeableMemory'
  | 'SwapBeyondFreeable'
  | 'AuthenticationFailures'
  | 'NetworkBandwidthInAllowanceExceeded'
  | 'NetworkBandwidthOutAllowanceExceeded'
  | 'TrafficManagementActive';

/** What is watched: the nodes of one replication group, and how many connections its clients may hold together. */
export type WatchTarget = {
  /** ReplicationGroupId. */
  readonly group: string;
  readonly node: NodeType;
  readonly clusterMode: boolean;
  readonly shards: number;
  readonly replicasPerShard: number;
  /** REDIS_MAX_CONNECTIONS of one process times the processes. */
  readonly connectionsAllowed: number;
};

/** When an alarm looks: so many of the newest periods have to be over the limit. */
export type Evaluation = {
  readonly statistic: 'Average' | 'Maximum' | 'Minimum' | 'Sum';
  readonly periodSeconds: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
};

/** One thing that is watched. Its limit comes from the thresholds alone. */
export type Rule = {
  readonly name: string;
  readonly metric: Metric;
  readonly severity: Severity;
  readonly title: string;
  /** Whether the limit is the most or the least that is well. */
  readonly comparison: 'above' | 'below';
  readonly limit: (thresholds: Thresholds, target: WatchTarget) => number;
  /** The limit in words, from the same thresholds. */
  readonly describeLimit: (thresholds: Thresholds) => string;
  readonly unit: '%' | 'bytes' | 's' | 'credits' | '';
  readonly appliesTo: (target: WatchTarget) => boolean;
  readonly appliesToText: string;
  readonly scope: 'node' | 'group';
  readonly evaluation: Evaluation;
  readonly missingData: 'missing' | 'notBreaching';
  /** What usually is behind it, and what to do. */
  readonly cause: string;
  readonly remediation: string;
  /** The code of the same alert of a running server; or why the server cannot see the metric. */
  readonly health: { readonly code: string } | { readonly notMonitored: string };
};

export function isExceeded(rule: Rule, limit: number, value: number): boolean {
  return rule.comparison === 'above' ? value > limit : value < limit;
}
