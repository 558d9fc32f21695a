import { cloudFormation, currentDocumentation, engineParameters, type Source, userGuide } from './sources.ts';

/** A limit of ElastiCache and its source. */
export type Limit<Value> = { readonly value: Value; readonly source: Source };

function limit<Value>(value: Value, source: Source): Limit<Value> {
  return { value, source };
}

/** Client connections per node. */
export const connectionsPerNode: Limit<number> = limit(65_000, userGuide);
/** Memory to reserve (reserved-memory-percent), in percent; since engine 2.8.22. */
export const reservedMemoryPercent: Limit<number> = limit(25, userGuide);
/**
 * The only acceptable value of the parameter close-on-replica-write, and its default. The documentation adds it (under
 * this name) in redis5.0 and lists it among the removed parameters of no later family. With `no`, a demoted node keeps
 * the connections of its clients. Stock Redis and Valkey have no such parameter.
 */
export const closeOnReplicaWrite: Limit<'yes'> = limit('yes', engineParameters);
export const replicasPerShard: Limit<number> = limit(5, userGuide);
/** Nodes of one group in cluster mode; a quota that AWS raises on request. */
export const nodesPerCluster: Limit<number> = limit(90, userGuide);

export const authTokenLength: Limit<{ least: number; most: number }> = limit(
  { least: 16, most: 128 },
  userGuide,
);
/** Besides letters and digits. */
export const authTokenSpecials: Limit<string> = limit('!&#$^<>-', userGuide);

/** Backup retention in days. 0 disables backups. */
export const backupRetentionDays: Limit<{ least: number; most: number }> = limit(
  { least: 0, most: 35 },
  cloudFormation,
);
/** Minimum length of backup and maintenance windows, in minutes. */
export const windowMinutes: Limit<number> = limit(60, userGuide);

/** Monthly uptime percentage of the SLA. */
export const serviceLevelMultiAz: Limit<number> = limit(99.99, currentDocumentation);
export const serviceLevelSingleAz: Limit<number> = limit(99.5, currentDocumentation);

export const globalDatastoreSecondaryRegions: Limit<number> = limit(2, userGuide);
export const globalDatastoreEngine: Limit<string> = limit('5.0.6', userGuide);
/** Minimum engine version for a migration from cluster mode disabled to enabled. */
export const clusterModeMigrationEngine: Limit<string> = limit('7.0', userGuide);
export const iamEngine: Limit<string> = limit('7.0', userGuide);
/** Sizes of the R, M and C families that ElastiCache Auto Scaling supports. */
export const autoScalingSizes: Limit<readonly string[]> = limit(
  ['large', 'xlarge', '2xlarge'],
  currentDocumentation,
);
