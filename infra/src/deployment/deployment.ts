import type { Plan } from '../elasticache.ts';

/** A network that is made, or one that is there. Zones and ids are named: nothing is looked up when templates are made. */
export type Network = NewNetwork | ExistingNetwork;

export type NewNetwork = {
  readonly kind: 'new';
  /** Of the VPC, such as 10.40.0.0/16. */
  readonly cidr: string;
  /** Two or three of the account's, such as us-east-1a. */
  readonly availabilityZones: readonly string[];
};

export type ExistingNetwork = {
  readonly kind: 'existing';
  readonly vpcId: string;
  /** Isolated or private subnets for the cache, each in the zone at its place in `availabilityZones`. */
  readonly subnetIds: readonly string[];
  readonly availabilityZones: readonly string[];
  /** Of the processes that speak to the cache. */
  readonly apiSecurityGroupId: string;
  /** Of the whole VPC; null: not said. Only the service asks for it. */
  readonly vpcCidr: string | null;
  /** Whether the traffic of the VPC is logged by somebody else already. */
  readonly hasFlowLogs: boolean;
};

/** The api behind a load balancer, and the worker. Secrets are named, never written. */
export type Service = {
  /** In ECR, best by its digest. Deployments replace it without the templates. */
  readonly image: string;
  /** Origin of the pages, https. */
  readonly publicUrl: string;
  readonly certificateArn: string;
  /** Secrets with the field `url`: postgres://... and smtp(s)://...; no database where the deployment makes one. */
  readonly databaseSecretArn: string | null;
  readonly smtpSecretArn: string;
  readonly mailFrom: string;
  /** User of ElastiCache by which processes log in with IAM; null: the groups have passwords. */
  readonly redisIamUser: string | null;
  /** Of an existing network; in a new one they are made. */
  readonly publicSubnetIds: readonly string[];
  readonly processSubnetIds: readonly string[];
};

/** PostgreSQL in RDS. */
export type Database = {
  /** Such as t4g.medium. */
  readonly instanceType: string;
  /** To begin with; it grows. */
  readonly storageGiB: number;
};

/** Everything that templates are made of. It holds no secret. */
export type Deployment = {
  readonly deployment: 1;
  readonly plan: Plan;
  /** A group of its own for jobs; null: they share the cache's. */
  readonly jobsPlan: Plan | null;
  /** Number of the AWS account, twelve digits. */
  readonly account: string;
  readonly network: Network;
  /** Whether a trail of all calls is made; false where the account has one already. */
  readonly audit: boolean;
  /** Null: there is one already, or none is wanted. */
  readonly database: Database | null;
  /** Null: what runs beside the cache is deployed in another way. */
  readonly service: Service | null;
  readonly alarms: {
    /** Who hears of what can wait until the morning. */
    readonly email: string;
    /** Who is woken; the same, unless said. */
    readonly pageEmail: string;
  };
};

/** Why a deployment cannot stay as it is. `path` is the field, `code` is stable. */
export type DeploymentError = {
  readonly code: string;
  readonly path: string;
  readonly message: string;
  readonly remediation: string;
};
