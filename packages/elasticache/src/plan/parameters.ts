import { closeOnReplicaWrite } from '../facts/limits.ts';
import { speaksCluster } from './cluster-mode.ts';
import type { Plan } from './plan.ts';

/** The parameters of the parameter group of a plan, by name. A group that the plan names must have them, too. */
export function parametersOfPlan(plan: Plan): Readonly<Record<string, string>> {
  const { maxmemoryPolicy, reservedMemoryPercent } = plan.parameters;
  return {
    'maxmemory-policy': maxmemoryPolicy,
    'reserved-memory-percent': String(reservedMemoryPercent),
    'close-on-replica-write': closeOnReplicaWrite.value,
    ...(speaksCluster(plan) ? { 'cluster-enabled': 'yes' } : {}),
  };
}
