import type { BusinessSize } from '../sizing/figures.ts';

/**
 * A replication group and its clients, as stored in a plan file. It contains no secret. Fields such as `engine` are
 * plain strings, so that `validatePlan` can report unsupported values.
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
   * The state of a migration from cluster mode disabled: in progress (`compatible`) or complete (`enabled`). Absent
   * if the group keeps the mode that it was created with.
   */
  readonly clusterModeMigration?: ClusterModeMigration;
  readonly shards: number;
  readonly replicasPerShard: number;
  readonly multiAz: boolean;
  readonly automaticFailover: boolean;
  readonly parameters: {
    readonly family: string;
    /** Name of the parameter group. If empty, the deployment creates one. */
    readonly group: string;
    readonly maxmemoryPolicy: string;
    readonly reservedMemoryPercent: number;
  };
  readonly network: {
    /** Name of the subnet group. If empty, the deployment creates one of private subnets. */
    readonly subnetGroup: string;
    readonly port: number;
    /** Egress CIDR blocks of the cache's security group. It needs none: security groups are stateful. */
    readonly egress: readonly string[];
    /** NAT gateways to include in the cost. The cache itself needs none. */
    readonly natGateways: number;
  };
  readonly security: {
    readonly encryptionAtRest: boolean;
    readonly encryptionInTransit: boolean;
    /** Whether the group has an AUTH token. The token itself is in Secrets Manager. */
    readonly authToken: boolean;
    /** IDs of the RBAC user groups. */
    readonly userGroups: readonly string[];
    readonly iam: boolean;
  };
  readonly backup: { readonly retentionDays: number; readonly window: string };
  readonly maintenanceWindow: string;
  readonly dataTiering: boolean;
  readonly autoScaling: boolean;
  /** Secondary regions of a Global Datastore. */
  readonly secondaryRegions: readonly string[];
  readonly clients: {
    readonly apiProcesses: number;
    readonly workerProcesses: number;
    /** REDIS_MAX_CONNECTIONS of each process. */
    readonly connectionBudget: number;
    /** Database number of REDIS_URL. */
    readonly database: number;
    /** Whether this server also holds the job queue (REDIS_JOBS_URL is not set). */
    readonly jobs: boolean;
  };
  readonly figures: BusinessSize;
  /** The backup that the group was created from. Removing this field replaces the group. */
  readonly snapshotName?: string;
};

export type ClusterModeMigration = 'compatible' | 'enabled';

/** A problem of a plan. `path` is the field; `code` is stable. */
export type PlanError = {
  readonly code: string;
  readonly path: string;
  readonly message: string;
  readonly remediation: string;
};

/** Yields one error for each problem of a plan. */
export type Check = (plan: Plan) => Iterable<PlanError>;
