import { clusterModeOf } from '../plan/cluster-mode.ts';
import type { ClusterModeMigration, Plan, PlanError } from '../plan/plan.ts';
import { validatePlan } from '../plan/validate-plan.ts';

/** One step of a group. ElastiCache changes one thing at a time, and so does a plan. */
export type ScalingStep =
  | { readonly kind: 'node'; readonly nodeType: string }
  | { readonly kind: 'replicas'; readonly replicas: number }
  | { readonly kind: 'cluster_mode'; readonly to: ClusterModeMigration }
  | { readonly kind: 'shards'; readonly shards: number };

/** The plan after a step, or why the step is not to be taken: as such, or since the plan would be wrong. */
export function applyStep(
  plan: Plan,
  step: ScalingStep,
): { plan: Plan; errors: [] } | { plan: null; errors: PlanError[] } {
  const refused = refusal(plan, step);
  if (refused !== null) return { plan: null, errors: [refused] };
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
  // The first replica is worth its price in another zone alone; without any there is nobody to fail over to.
  const isSafe = replicas > 0;
  return { ...plan, replicasPerShard: replicas, multiAz: isSafe, automaticFailover: isSafe };
}

function refusal(plan: Plan, step: ScalingStep): PlanError | null {
  if (step.kind === 'cluster_mode') return ofClusterMode(plan, step.to);
  if (clusterModeOf(plan) === 'compatible')
    return {
      code: 'compatible_first',
      path: 'clusterModeMigration',
      message: 'In the mode `compatible` ElastiCache changes nothing else of a group.',
      remediation:
        'Finish the way first: `--cluster-mode enabled`, when every process speaks the cluster protocol.',
    };
  if (isThere(plan, step)) return nothingToDo(step.kind === 'node' ? 'nodeType' : step.kind);
  if (step.kind === 'shards' && !plan.clusterMode)
    return {
      code: 'shards_without_cluster_mode',
      path: 'shards',
      message: 'Shards want cluster mode, and it is off.',
      remediation: 'Take the way there first: `--cluster-mode compatible`, then `--cluster-mode enabled`.',
    };
  if (step.kind === 'replicas' && plan.clusterMode)
    return {
      code: 'replicas_in_cluster_mode',
      path: 'replicasPerShard',
      message:
        'In cluster mode CloudFormation replaces a group to change its replicas, and its data is gone.',
      remediation:
        'Change them in the console or with `aws elasticache increase-replica-count`. A replica adds no capacity.',
    };
  return null;
}

function isThere(plan: Plan, step: ScalingStep): boolean {
  if (step.kind === 'node') return plan.nodeType === step.nodeType;
  if (step.kind === 'shards') return plan.shards === step.shards;
  return step.kind === 'replicas' && plan.replicasPerShard === step.replicas;
}

function ofClusterMode(plan: Plan, to: ClusterModeMigration): PlanError | null {
  const path = 'clusterModeMigration';
  const from = clusterModeOf(plan);
  if (from === to) return nothingToDo(path);
  if (from === 'enabled')
    return {
      code: 'cluster_mode_back',
      path,
      message: 'Cluster mode is on, and there is no way back from it.',
      remediation: 'Leave it on; with one shard it costs nothing more.',
    };
  if (from === 'disabled' && to === 'enabled')
    return {
      code: 'cluster_mode_skipped',
      path,
      message:
        'Cluster mode goes from disabled to `compatible` and from there to enabled; no step may be left out.',
      remediation:
        'Write `--cluster-mode compatible`, provision it, let every process speak the cluster protocol, then come back.',
    };
  return null;
}

function nothingToDo(path: string): PlanError {
  return {
    code: 'no_change',
    path,
    message: 'The plan has that already.',
    remediation: 'Nothing has to be changed; `bookedbarber provision` shows whether AWS is as the plan says.',
  };
}
