import { CrossStackReferences, ReferenceStrength, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { CfnParameterGroup, CfnReplicationGroup, CfnSubnetGroup } from 'aws-cdk-lib/aws-elasticache';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { clusterModeOf, type Plan, speaksCluster } from '../elasticache.ts';
import { authTokenReference } from './auth-secret.ts';
import { deliverLogs } from './log-delivery.ts';
import { scaleShards } from './shard-scaling.ts';

export type ReplicationGroupProps = {
  plan: Plan;
  /** Holds the AUTH token; null: the plan has none. */
  secret: ISecret | null;
  key: IKey;
  subnetIds: readonly string[];
  securityGroupId: string;
};

/** A replication group as its plan says, with a subnet group and a parameter group of its own unless it names others. */
export class ReplicationGroup extends Construct {
  readonly plan: Plan;
  /** Holds its password; null: it has none. */
  readonly secret: ISecret | null;
  /** host:port that clients connect to; it stays when the primary changes. */
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
      ...this.#reach(props),
      ...securityOf(props),
      snapshotRetentionLimit: plan.backup.retentionDays,
      ...(plan.backup.retentionDays > 0 ? { snapshotWindow: plan.backup.window } : {}),
      ...(plan.snapshotName === undefined ? {} : { snapshotName: plan.snapshotName }),
      preferredMaintenanceWindow: plan.maintenanceWindow,
      autoMinorVersionUpgrade: true,
      logDeliveryConfigurations: deliverLogs(this, plan.name),
    });
    // A group that goes leaves a last backup behind.
    group.applyRemovalPolicy(RemovalPolicy.SNAPSHOT);
    // Without it, another number of shards replaces the group.
    group.cfnOptions.updatePolicy = { useOnlineResharding: true };
    // Its endpoint becomes another one with cluster mode, which an export in use could not.
    CrossStackReferences.of(group).produce(ReferenceStrength.WEAK);
    Validations.of(group).acknowledge({
      id: 'AwsSolutions-AEC5',
      reason:
        'Only the security group of the api reaches the port, whatever its number; the plan decides about it.',
    });
    if (plan.security.userGroups.length > 0)
      Validations.of(group).acknowledge({
        id: 'AwsSolutions-AEC6',
        reason: 'Users log in, each with rights of its own; ElastiCache takes no AUTH token beside them.',
      });
    // The reference to the password is a text, which tells CloudFormation of no order.
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
    const isClustered = speaksCluster(this.plan);
    // `cluster-enabled` is decided when parameters are made: on the way to cluster mode a group gets others.
    const own = new CfnParameterGroup(this, isClustered ? 'ClusterParameters' : 'Parameters', {
      cacheParameterGroupFamily: parameters.family,
      description: `BookedBarber ${this.plan.name}`,
      properties: {
        'maxmemory-policy': parameters.maxmemoryPolicy,
        'reserved-memory-percent': String(parameters.reservedMemoryPercent),
        ...(isClustered ? { 'cluster-enabled': 'yes' } : {}),
      },
    });
    return { ...common, cacheParameterGroupName: own.ref };
  }

  #reach({ plan, subnetIds, securityGroupId }: ReplicationGroupProps) {
    const { port, subnetGroup } = plan.network;
    const common = { port, securityGroupIds: [securityGroupId] };
    if (subnetGroup !== '') return { ...common, cacheSubnetGroupName: subnetGroup };
    const own = new CfnSubnetGroup(this, 'Subnets', {
      cacheSubnetGroupName: plan.name,
      description: `Private subnets of ${plan.name}`,
      subnetIds: [...subnetIds],
    });
    return { ...common, cacheSubnetGroupName: own.ref };
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
 * A group that came from cluster mode disabled keeps the property that it was made with: `ReplicasPerNodeGroup` in its place
 * would replace it.
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
