import type { NodeType } from '../facts/node-types.ts';
import type { Thresholds } from './thresholds.ts';

export type Severity = 'ticket' | 'page';

/** Metrics of AWS/ElastiCache, and two derived ones: CacheHitRate and SwapBeyondFreeable. */
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

/** The monitored replication group and its connection budget. */
export type WatchTarget = {
  /** ReplicationGroupId. */
  readonly group: string;
  readonly node: NodeType;
  readonly clusterMode: boolean;
  readonly shards: number;
  readonly replicasPerShard: number;
  /** REDIS_MAX_CONNECTIONS times the number of processes. */
  readonly connectionsAllowed: number;
};

/**
 * How an alarm evaluates its metric: M (`datapointsToAlarm`) of the last N (`evaluationPeriods`) periods must exceed
 * the limit.
 */
export type Evaluation = {
  readonly statistic: 'Average' | 'Maximum' | 'Minimum' | 'Sum';
  readonly periodSeconds: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
};

/** A monitoring rule. Its limit is derived from the thresholds. */
export type Rule = {
  readonly name: string;
  readonly metric: Metric;
  readonly severity: Severity;
  readonly title: string;
  /** Whether values above or below the limit are a finding. */
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
  /** The usual cause and its fix. */
  readonly cause: string;
  readonly remediation: string;
  /** The code of the corresponding server alert, or the reason why the server has none. */
  readonly health: { readonly code: string } | { readonly notMonitored: string };
};

export function isExceeded(rule: Rule, limit: number, value: number): boolean {
  return rule.comparison === 'above' ? value > limit : value < limit;
}
