import { autoScalingSizes, globalDatastoreSecondaryRegions } from '../../facts/limits.ts';
import { findNodeType } from '../../facts/node-types.ts';
import type { Check, Plan, PlanError } from '../plan.ts';

/** Checks Auto Scaling and Global Datastore. */
export const reachChecks: Check = function* (plan) {
  const size = plan.nodeType.split('.')[2] ?? '';
  const burst = findNodeType(plan.nodeType)?.burst ?? null;
  if (plan.autoScaling) yield* autoScalingErrors(plan, size, burst !== null);
  if (plan.secondaryRegions.length === 0) return;
  if (burst !== null)
    yield {
      code: 'global_datastore_node',
      path: 'nodeType',
      message: `A Global Datastore does not support burstable nodes such as ${plan.nodeType}.`,
      remediation: 'Choose cache.r6g.large or larger.',
    };
  if (plan.secondaryRegions.length > globalDatastoreSecondaryRegions.value)
    yield {
      code: 'global_datastore_regions',
      path: 'secondaryRegions',
      message: `A Global Datastore has at most ${globalDatastoreSecondaryRegions.value} secondary regions.`,
      remediation: 'List fewer regions.',
    };
  if (plan.secondaryRegions.includes(plan.region))
    yield {
      code: 'global_datastore_own_region',
      path: 'secondaryRegions',
      message: `${plan.region} is the primary region and cannot be a secondary region.`,
      remediation: 'List other regions.',
    };
};

function* autoScalingErrors(plan: Plan, size: string, burstable: boolean): Generator<PlanError> {
  if (!plan.clusterMode)
    yield {
      code: 'auto_scaling_cluster_mode',
      path: 'autoScaling',
      message:
        'ElastiCache Auto Scaling requires cluster mode. It scales shards and replicas, never the node type.',
      remediation: 'Set autoScaling to false, or clusterMode to true.',
    };
  if (burstable || !autoScalingSizes.value.includes(size))
    yield {
      code: 'auto_scaling_node',
      path: 'autoScaling',
      message: `Auto Scaling supports ${autoScalingSizes.value.join(', ')} of the R, M and C families, not ${plan.nodeType}.`,
      remediation: 'Set autoScaling to false, or choose one of these node types.',
    };
  if (plan.secondaryRegions.length > 0)
    yield {
      code: 'auto_scaling_global_datastore',
      path: 'autoScaling',
      message: 'Auto Scaling cannot be used with a Global Datastore.',
      remediation: 'Set autoScaling to false.',
    };
}
