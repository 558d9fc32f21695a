import type { Plan } from '../elasticache.ts';

/** A new or an existing network. Zones and ids are given explicitly, so that synthesis needs no lookup. */
export type Network = NewNetwork | ExistingNetwork;

export type NewNetwork = {
  readonly kind: 'new';
  /** CIDR block of the VPC, such as 10.40.0.0/16. */
  readonly cidr: string;
  /** Two to six zones, such as us-east-1a. */
  readonly availabilityZones: readonly string[];
};

export type ExistingNetwork = {
  readonly kind: 'existing';
  readonly vpcId: string;
  /** Isolated or private subnets for the cache, in the order of `availabilityZones`. */
  readonly subnetIds: readonly string[];
  readonly availabilityZones: readonly string[];
  /** Security group of the processes that connect to the cache. */
  readonly apiSecurityGroupId: string;
  /** CIDR block of the VPC, or null. Only the service needs it. */
  readonly vpcCidr: string | null;
  /** Whether the VPC already has flow logs. */
  readonly hasFlowLogs: boolean;
};

/** The api behind a load balancer, and the worker. It contains names of secrets, never their values. */
export type Service = {
  /** An image in ECR, preferably by digest. Later deployments replace it without the templates. */
  readonly image: string;
  /** Origin of the site, with https. */
  readonly publicUrl: string;
  readonly certificateArn: string;
  /** Secrets with the field `url`: postgres://... and smtp(s)://...; null if the deployment creates the database. */
  readonly databaseSecretArn: string | null;
  readonly smtpSecretArn: string;
  readonly mailFrom: string;
  /** ElastiCache user for logins with IAM; null if the groups have passwords. */
  readonly redisIamUser: string | null;
  /** Only in an existing network; a new network creates them. */
  readonly publicSubnetIds: readonly string[];
  readonly processSubnetIds: readonly string[];
};

/** PostgreSQL in RDS. */
export type Database = {
  /** An RDS instance type without `db.`, such as t4g.medium. */
  readonly instanceType: string;
  /** Initial size of the storage, which scales automatically. */
  readonly storageGiB: number;
};

/** The input of the templates. It contains no secret. */
export type Deployment = {
  readonly deployment: 1;
  readonly plan: Plan;
  /** A separate group for jobs; null if jobs share the group of the cache. */
  readonly jobsPlan: Plan | null;
  /** AWS account ID, twelve digits. */
  readonly account: string;
  readonly network: Network;
  /** Whether to create a CloudTrail trail; false if the account already has one. */
  readonly audit: boolean;
  /** Null if the deployment creates no database. */
  readonly database: Database | null;
  /** Null if the api and the worker are deployed in another way. */
  readonly service: Service | null;
  readonly alarms: {
    /** Recipient of tickets. */
    readonly email: string;
    /** Recipient of pages; by default the same address. */
    readonly pageEmail: string;
  };
};

/** A problem of a deployment. `path` is the field; `code` is stable. */
export type DeploymentError = {
  readonly code: string;
  readonly path: string;
  readonly message: string;
  readonly remediation: string;
};
