import { clusterModeOf } from '../plan/cluster-mode.ts';
import type { ClusterModeMigration, Plan, PlanError } from '../plan/plan.ts';
import { validatePlan } from '../plan/validate-plan.ts';

/** One scaling step. ElastiCache changes one property at a time, and so does a plan. */
export type ScalingStep =
  | { readonly kind: 'node'; readonly nodeType: string }
  | { readonly kind: 'replicas'; readonly replicas: number }
  | { readonly kind: 'cluster_mode'; readonly to: ClusterModeMigration }
  | { readonly kind: 'shards'; readonly shards: number };

/** The plan after a step, or the errors: the step is not allowed, or the resulting plan is invalid. */
export function applyStep(
  plan: Plan,
  step: ScalingStep,
): { plan: Plan; errors: [] } | { plan: null; errors: PlanError[] } {
  const error = stepError(plan, step);
  if (error !== null) return { plan: null, errors: [error] };
  const after = changed(plan, step);
  const errors = validatePlan(after);
  return errors.length === 0 ? { plan: after, errors: [] } : { plan: null, errors };
}

function changed(plan: Plan, step: ScalingStep): Plan {
  if (step.kind === 'node') return { ...plan, nodeType: step.nodeType };
  if (step.kind === 'shards') return { ...plan, shards: step.shards };
  if (step.kind === 'cluster_mode')
    return { ...plan, clusterMode: step.to === 'enabled', clusterModeMigration: step.to };
  const { replicas } = step;
  // Replicas go to another zone. Without a replica, failover is impossible.
  const hasReplicas = replicas > 0;
  return { ...plan, replicasPerShard: replicas, multiAz: hasReplicas, automaticFailover: hasReplicas };
}

function stepError(plan: Plan, step: ScalingStep): PlanError | null {
  if (step.kind === 'cluster_mode') return clusterModeError(plan, step.to);
  if (clusterModeOf(plan) === 'compatible')
    return {
      code: 'compatible_first',
      path: 'clusterModeMigration',
      message: 'In the mode `compatible`, ElastiCache allows no other change to the group.',
      remediation:
        'Complete the migration with `--cluster-mode enabled` when every process uses the cluster protocol.',
    };
  if (isUnchanged(plan, step)) return noChange(step.kind === 'node' ? 'nodeType' : step.kind);
  if (step.kind === 'shards' && !plan.clusterMode)
    return {
      code: 'shards_without_cluster_mode',
      path: 'shards',
      message: 'More than one shard requires cluster mode, which is disabled.',
      remediation: 'Enable it first: `--cluster-mode compatible`, then `--cluster-mode enabled`.',
    };
  if (step.kind === 'replicas' && plan.clusterMode)
    return {
      code: 'replicas_in_cluster_mode',
      path: 'replicasPerShard',
      message:
        'In cluster mode, CloudFormation replaces the group to change its replicas, which deletes its data.',
      remediation:
        'Change them in the AWS console or with `aws elasticache increase-replica-count`. Replicas add no capacity.',
    };
  return null;
}

function isUnchanged(plan: Plan, step: ScalingStep): boolean {
  if (step.kind === 'node') return plan.nodeType === step.nodeType;
  if (step.kind === 'shards') return plan.shards === step.shards;
  return step.kind === 'replicas' && plan.replicasPerShard === step.replicas;
}

function clusterModeError(plan: Plan, to: ClusterModeMigration): PlanError | null {
  const path = 'clusterModeMigration';
  const from = clusterModeOf(plan);
  if (from === to) return noChange(path);
  if (from === 'enabled')
    return {
      code: 'cluster_mode_back',
      path,
      message: 'Cluster mode is enabled and cannot be disabled again.',
      remediation: 'Keep it enabled; with one shard it has no additional cost.',
    };
  if (from === 'disabled' && to === 'enabled')
    return {
      code: 'cluster_mode_skipped',
      path,
      message:
        'Cluster mode changes from `disabled` to `compatible` and then to `enabled`; no step can be skipped.',
      remediation:
        'Run `--cluster-mode compatible`, provision it, switch every process to the cluster protocol, then run this again.',
    };
  return null;
}

function noChange(path: string): PlanError {
  return {
    code: 'no_change',
    path,
    message: 'The plan already has this value.',
    remediation: 'No change is needed. `bookedbarber provision` shows whether AWS matches the plan.',
  };
}
