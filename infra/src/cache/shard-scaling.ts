import { CfnScalableTarget, CfnScalingPolicy } from 'aws-cdk-lib/aws-applicationautoscaling';
import type { CfnReplicationGroup } from 'aws-cdk-lib/aws-elasticache';
import type { Construct } from 'constructs';
import type { Plan } from '../elasticache.ts';

/** Target engine CPU of the primaries, in percent. */
const targetPercent = 60;
/** Scaling in is slower, because it moves all slots of a shard. */
const cooldownSeconds = { out: 600, in: 1800 };

/**
 * ElastiCache Auto Scaling between the number of shards in the plan and twice that number. `validatePlan` checks that
 * the plan supports it: cluster mode, and large to 2xlarge nodes of the R, M and C families.
 */
export function scaleShards(scope: Construct, plan: Plan, group: CfnReplicationGroup): void {
  const target = new CfnScalableTarget(scope, 'Shards', {
    serviceNamespace: 'elasticache',
    scalableDimension: 'elasticache:replication-group:NodeGroups',
    resourceId: `replication-group/${plan.name}`,
    minCapacity: plan.shards,
    maxCapacity: 2 * plan.shards,
  });
  target.addResourceDependency(group);
  new CfnScalingPolicy(scope, 'ShardsByCpu', {
    policyName: `${plan.name}-shards`,
    policyType: 'TargetTrackingScaling',
    scalingTargetId: target.ref,
    targetTrackingScalingPolicyConfiguration: {
      targetValue: targetPercent,
      predefinedMetricSpecification: { predefinedMetricType: 'ElastiCachePrimaryEngineCPUUtilization' },
      scaleOutCooldown: cooldownSeconds.out,
      scaleInCooldown: cooldownSeconds.in,
    },
  });
}
