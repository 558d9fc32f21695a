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
  /** Whether the traffic of the VPC is logged by somebody else already. */
  readonly hasFlowLogs: boolean;
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
  readonly mend: string;
};
