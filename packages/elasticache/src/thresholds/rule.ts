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
export type Looking = {
  readonly statistic: 'Average' | 'Maximum' | 'Minimum' | 'Sum';
  readonly periodSeconds: number;
  readonly periods: number;
  readonly ofThem: number;
};

/** One thing that is watched. Its limit comes from the thresholds alone. */
export type Rule = {
  readonly name: string;
  readonly metric: Metric;
  readonly severity: Severity;
  readonly title: string;
  /** Whether the limit is the most or the least that is well. */
  readonly wrongWhen: 'above' | 'below';
  readonly limit: (thresholds: Thresholds, target: WatchTarget) => number;
  /** The limit in words, from the same thresholds. */
  readonly limitInWords: (thresholds: Thresholds) => string;
  readonly unit: '%' | 'bytes' | 's' | 'credits' | '';
  readonly appliesTo: (target: WatchTarget) => boolean;
  readonly appliesInWords: string;
  readonly scope: 'node' | 'group';
  readonly looking: Looking;
  readonly missingData: 'missing' | 'notBreaching';
  /** What usually is behind it, and what to do. */
  readonly cause: string;
  readonly mend: string;
  /** The code of the same alert of a running server; or why the server cannot see the metric. */
  readonly health: { readonly code: string } | { readonly unseen: string };
};

export function isWrong(rule: Rule, limit: number, value: number): boolean {
  return rule.wrongWhen === 'above' ? value > limit : value < limit;
}
