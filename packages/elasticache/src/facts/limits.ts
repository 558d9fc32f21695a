import { cloudFormation, currentDocumentation, type Source, userGuide } from './sources.ts';

/** What ElastiCache allows, each with its source. */
export type Limit<Value> = { readonly value: Value; readonly source: Source };

function limit<Value>(value: Value, source: Source): Limit<Value> {
  return { value, source };
}

/** Connections that one node takes. */
export const connectionsPerNode: Limit<number> = limit(65_000, userGuide);
/** Share of memory to keep back, in percent (reserved-memory-percent), from engine 2.8.22 on. */
export const reservedMemoryPercent: Limit<number> = limit(25, userGuide);
export const replicasPerShard: Limit<number> = limit(5, userGuide);
/** Nodes of one cluster in cluster mode, unless the account has been given more. */
export const nodesPerCluster: Limit<number> = limit(90, userGuide);

export const authTokenLength: Limit<{ least: number; most: number }> = limit(
  { least: 16, most: 128 },
  userGuide,
);
/** Besides letters and digits. */
export const authTokenSpecials: Limit<string> = limit('!&#$^<>-', userGuide);

/** Days that backups are kept. 0 turns them off. */
export const backupRetentionDays: Limit<{ least: number; most: number }> = limit(
  { least: 0, most: 35 },
  cloudFormation,
);
/** Shortest backup and maintenance window, in minutes. */
export const windowMinutes: Limit<number> = limit(60, userGuide);

/** Share of time that AWS promises, in percent. */
export const serviceLevelMultiAz: Limit<number> = limit(99.99, currentDocumentation);
export const serviceLevelSingleAz: Limit<number> = limit(99.5, currentDocumentation);

export const globalDatastoreSecondaryRegions: Limit<number> = limit(2, userGuide);
export const globalDatastoreEngine: Limit<string> = limit('5.0.6', userGuide);
/** Lowest engine that goes from cluster mode disabled to enabled. */
export const clusterModeMigrationEngine: Limit<string> = limit('7.0', userGuide);
export const iamEngine: Limit<string> = limit('7.0', userGuide);
/** Sizes within the R, M and C families that ElastiCache Auto Scaling takes. */
export const autoScalingSizes: Limit<readonly string[]> = limit(
  ['large', 'xlarge', '2xlarge'],
  currentDocumentation,
);
