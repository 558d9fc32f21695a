import { CfnScalableTarget, CfnScalingPolicy } from 'aws-cdk-lib/aws-applicationautoscaling';
import type { CfnReplicationGroup } from 'aws-cdk-lib/aws-elasticache';
import type { Construct } from 'constructs';
import type { Plan } from '../elasticache.ts';

/** Engine CPU of the primaries, in percent, that ElastiCache Auto Scaling keeps to. */
const targetPercent = 60;
/** Shards move whole slots about: in is slower than out. */
const cooldownSeconds = { out: 600, in: 1800 };

/**
 * ElastiCache Auto Scaling: between the shards of the plan and twice as many. Where the plan may have it is for the plan's
 * judge to say: cluster mode, large to 2xlarge of the families R, M and C.
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
