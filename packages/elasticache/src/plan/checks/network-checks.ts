import { autoScalingSizes, globalDatastoreSecondaryRegions } from '../../facts/limits.ts';
import { findNodeType } from '../../facts/node-types.ts';
import type { Check, Plan, PlanError } from '../plan.ts';

/** What reaches beyond one group: Auto Scaling and Global Datastore. */
export const reachChecks: Check = function* (plan) {
  const size = plan.nodeType.split('.')[2] ?? '';
  const burst = findNodeType(plan.nodeType)?.burst ?? null;
  if (plan.autoScaling) yield* autoScalingErrors(plan, size, burst !== null);
  if (plan.secondaryRegions.length === 0) return;
  if (burst !== null)
    yield {
      code: 'global_datastore_node',
      path: 'nodeType',
      message: `A Global Datastore takes no burstable node such as ${plan.nodeType}.`,
      remediation: 'Choose cache.r6g.large or larger.',
    };
  if (plan.secondaryRegions.length > globalDatastoreSecondaryRegions.value)
    yield {
      code: 'global_datastore_regions',
      path: 'secondaryRegions',
      message: `A Global Datastore has at most ${globalDatastoreSecondaryRegions.value} secondary regions.`,
      remediation: 'Name fewer.',
    };
  if (plan.secondaryRegions.includes(plan.region))
    yield {
      code: 'global_datastore_own_region',
      path: 'secondaryRegions',
      message: `${plan.region} is the primary region and cannot be a secondary one.`,
      remediation: 'Name other regions.',
    };
};

function* autoScalingErrors(plan: Plan, size: string, burstable: boolean): Generator<PlanError> {
  if (!plan.clusterMode)
    yield {
      code: 'auto_scaling_cluster_mode',
      path: 'autoScaling',
      message:
        'ElastiCache Auto Scaling moves shards and replicas in cluster mode; it never changes the kind of node.',
      remediation: 'Set autoScaling to false, or clusterMode to true.',
    };
  if (burstable || !autoScalingSizes.value.includes(size))
    yield {
      code: 'auto_scaling_node',
      path: 'autoScaling',
      message: `Auto Scaling is for ${autoScalingSizes.value.join(', ')} of the R, M and C families, not for ${plan.nodeType}.`,
      remediation: 'Set autoScaling to false, or choose such a node.',
    };
  if (plan.secondaryRegions.length > 0)
    yield {
      code: 'auto_scaling_global_datastore',
      path: 'autoScaling',
      message: 'Auto Scaling does not go with a Global Datastore.',
      remediation: 'Set autoScaling to false.',
    };
}
