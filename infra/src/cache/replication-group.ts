import { CrossStackReferences, ReferenceStrength, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { CfnParameterGroup, CfnReplicationGroup, CfnSubnetGroup } from 'aws-cdk-lib/aws-elasticache';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { clusterModeOf, type Plan, parametersOfPlan, speaksCluster } from '../elasticache.ts';
import { authTokenReference } from './auth-secret.ts';
import { deliverLogs } from './log-delivery.ts';
import { scaleShards } from './shard-scaling.ts';

export type ReplicationGroupProps = {
  plan: Plan;
  /** The secret of the AUTH token; null if the plan has none. */
  secret: ISecret | null;
  key: IKey;
  subnetIds: readonly string[];
  securityGroupId: string;
};

/** The replication group of a plan. It creates the subnet group and the parameter group that the plan does not name. */
export class ReplicationGroup extends Construct {
  readonly plan: Plan;
  /** The secret of its password; null if it has none. */
  readonly secret: ISecret | null;
  /** host:port for clients. It does not change in a failover. */
  readonly endpoint: string;

  constructor(scope: Construct, id: string, props: ReplicationGroupProps) {
    super(scope, id);
    const { plan, secret } = props;
    this.plan = plan;
    this.secret = secret;
    const group = new CfnReplicationGroup(this, 'Group', {
      replicationGroupId: plan.name,
      replicationGroupDescription: `BookedBarber ${plan.name}`,
      ...this.#engine(),
      ...sizeOf(plan),
      ...this.#network(props),
      ...securityOf(props),
      snapshotRetentionLimit: plan.backup.retentionDays,
      ...(plan.backup.retentionDays > 0 ? { snapshotWindow: plan.backup.window } : {}),
      ...(plan.snapshotName === undefined ? {} : { snapshotName: plan.snapshotName }),
      preferredMaintenanceWindow: plan.maintenanceWindow,
      autoMinorVersionUpgrade: true,
      logDeliveryConfigurations: deliverLogs(this, plan.name),
    });
    // A deleted group leaves a final backup.
    group.applyRemovalPolicy(RemovalPolicy.SNAPSHOT);
    // Otherwise a change of the number of shards replaces the group.
    group.cfnOptions.updatePolicy = { useOnlineResharding: true };
    // The endpoint changes with cluster mode, and CloudFormation cannot change an export that is in use.
    CrossStackReferences.of(group).produce(ReferenceStrength.WEAK);
    Validations.of(group).acknowledge({
      id: 'AwsSolutions-AEC5',
      reason: 'Only the security group of the api can reach the port, which the plan sets.',
    });
    if (plan.security.userGroups.length > 0)
      Validations.of(group).acknowledge({
        id: 'AwsSolutions-AEC6',
        reason: 'The group uses RBAC users, and ElastiCache does not allow an AUTH token together with them.',
      });
    // The dynamic reference to the password is a string and creates no dependency in CloudFormation.
    if (secret !== null) group.node.addDependency(secret);
    if (plan.autoScaling) scaleShards(this, plan, group);
    this.endpoint = plan.clusterMode
      ? `${group.attrConfigurationEndPointAddress}:${group.attrConfigurationEndPointPort}`
      : `${group.attrPrimaryEndPointAddress}:${group.attrPrimaryEndPointPort}`;
  }

  #engine() {
    const { engine, engineVersion, nodeType, parameters } = this.plan;
    const common = { engine, engineVersion, cacheNodeType: nodeType };
    if (parameters.group !== '') return { ...common, cacheParameterGroupName: parameters.group };
    // `cluster-enabled` cannot change in a parameter group, so a migration to cluster mode uses another one.
    const parameterGroup = new CfnParameterGroup(
      this,
      speaksCluster(this.plan) ? 'ClusterParameters' : 'Parameters',
      {
        cacheParameterGroupFamily: parameters.family,
        description: `BookedBarber ${this.plan.name}`,
        // Also those with their default value: CloudFormation detects drift only of what a template sets.
        properties: parametersOfPlan(this.plan),
      },
    );
    return { ...common, cacheParameterGroupName: parameterGroup.ref };
  }

  #network({ plan, subnetIds, securityGroupId }: ReplicationGroupProps) {
    const { port, subnetGroup } = plan.network;
    const common = { port, securityGroupIds: [securityGroupId] };
    if (subnetGroup !== '') return { ...common, cacheSubnetGroupName: subnetGroup };
    const subnets = new CfnSubnetGroup(this, 'Subnets', {
      cacheSubnetGroupName: plan.name,
      description: `Private subnets of ${plan.name}`,
      subnetIds: [...subnetIds],
    });
    return { ...common, cacheSubnetGroupName: subnets.ref };
  }
}

function sizeOf(plan: Plan) {
  const { multiAz, automaticFailover, dataTiering } = plan;
  return {
    clusterMode: clusterModeOf(plan),
    ...nodesOf(plan),
    automaticFailoverEnabled: automaticFailover,
    multiAzEnabled: multiAz,
    ...(dataTiering ? { dataTieringEnabled: true } : {}),
  };
}

/**
 * A migrated group keeps the property that it was created with (`NumCacheClusters`), because a change to
 * `ReplicasPerNodeGroup` replaces the group.
 */
function nodesOf({ clusterMode, clusterModeMigration, shards, replicasPerShard }: Plan) {
  if (clusterMode && clusterModeMigration === undefined)
    return { numNodeGroups: shards, replicasPerNodeGroup: replicasPerShard };
  return { numCacheClusters: 1 + replicasPerShard, ...(shards > 1 ? { numNodeGroups: shards } : {}) };
}

function securityOf({ plan, key, secret }: ReplicationGroupProps) {
  const { encryptionAtRest, encryptionInTransit, userGroups } = plan.security;
  return {
    atRestEncryptionEnabled: encryptionAtRest,
    ...(encryptionAtRest ? { kmsKeyId: key.keyId } : {}),
    transitEncryptionEnabled: encryptionInTransit,
    ...(encryptionInTransit ? { transitEncryptionMode: 'required' } : {}),
    ...(secret === null ? {} : { authToken: authTokenReference(plan) }),
    ...(userGroups.length > 0 ? { userGroupIds: [...userGroups] } : {}),
  };
}
