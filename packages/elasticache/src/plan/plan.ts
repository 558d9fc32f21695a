import type { BusinessSize } from '../sizing/figures.ts';

/**
 * A replication group and its clients, as a file. It names what infrastructure builds; it holds no secret. `validatePlan`
 * judges it. Texts such as an engine are plain here, so that a wrong one can be read, and told of by name.
 */
export type Plan = {
  readonly plan: 1;
  /** ReplicationGroupId. */
  readonly name: string;
  readonly region: string;
  readonly engine: string;
  readonly engineVersion: string;
  readonly nodeType: string;
  readonly clusterMode: boolean;
  /**
   * Where the group is on the way from cluster mode disabled to enabled (`compatible`), or has gone it (`enabled`). Absent: it
   * is as it was made. A group that has gone it is still described as one that was made without cluster mode.
   */
  readonly clusterModeMigration?: ClusterModeMigration;
  readonly shards: number;
  readonly replicasPerShard: number;
  readonly multiAz: boolean;
  readonly automaticFailover: boolean;
  readonly parameters: {
    readonly family: string;
    /** Name of the parameter group; empty: a group of its own is made. */
    readonly group: string;
    readonly maxmemoryPolicy: string;
    readonly reservedMemoryPercent: number;
  };
  readonly network: {
    /** Name of the subnet group; empty: a group of private subnets of its own is made. */
    readonly subnetGroup: string;
    readonly port: number;
    /** Networks that the cache's security group may send to. None are needed: security groups are stateful. */
    readonly egress: readonly string[];
    /** NAT gateways that are counted into the cost. The cache itself needs none. */
    readonly natGateways: number;
  };
  readonly security: {
    readonly encryptionAtRest: boolean;
    readonly encryptionInTransit: boolean;
    /** Whether there is an AUTH token. The token itself lives in Secrets Manager. */
    readonly authToken: boolean;
    /** RBAC: ids of user groups. */
    readonly userGroups: readonly string[];
    readonly iam: boolean;
  };
  readonly backup: { readonly retentionDays: number; readonly window: string };
  readonly maintenanceWindow: string;
  readonly dataTiering: boolean;
  readonly autoScaling: boolean;
  /** Other regions of a Global Datastore. */
  readonly secondaryRegions: readonly string[];
  readonly clients: {
    readonly apiProcesses: number;
    readonly workerProcesses: number;
    /** REDIS_MAX_CONNECTIONS of each process. */
    readonly connectionBudget: number;
    /** Number of the database in REDIS_URL. */
    readonly database: number;
    /** Whether the queue of jobs is on this server too (no REDIS_JOBS_URL). */
    readonly jobs: boolean;
  };
  readonly figures: BusinessSize;
  /** Backup that the group is made from. It stays as long as the group: to take it out replaces the group. */
  readonly snapshotName?: string;
};

export type ClusterModeMigration = 'compatible' | 'enabled';

/** Why a plan cannot stay as it is. `path` is the field, `code` is stable. */
export type PlanError = {
  readonly code: string;
  readonly path: string;
  readonly message: string;
  readonly remediation: string;
};

/** A judge of plans: gives one error for each mistake that it finds. */
export type Check = (plan: Plan) => Iterable<PlanError>;
