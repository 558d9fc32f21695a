import {
  defaultVersion,
  type Engine,
  evictionPolicies,
  findEngineVersion,
  keepsJobs,
  versionsOf,
} from '../../facts/engines.ts';
import { reservedMemoryPercent } from '../../facts/limits.ts';
import { clusterModeOf, speaksCluster } from '../cluster-mode.ts';
import type { Check, Plan, PlanError } from '../plan.ts';

/** Checks the engine, its version and its parameters. */
export const engineChecks: Check = function* (plan) {
  const { engine, engineVersion, parameters } = plan;
  if (engine !== 'redis' && engine !== 'valkey') {
    yield {
      code: 'engine_unknown',
      path: 'engine',
      message: `The engine ${engine} is not supported.`,
      remediation: 'Set engine to redis or valkey. Valkey costs 20 % less.',
    };
    return;
  }
  const found = findEngineVersion(engine, engineVersion);
  if (found === undefined)
    yield {
      code: 'engine_version_unknown',
      path: 'engineVersion',
      message: `${engineVersion} is not a supported version of ${engine}.`,
      remediation: `Choose one of ${versionsOf(engine).join(', ')}; the default is ${defaultVersion[engine]}.`,
    };
  yield* parameterErrors(plan, engine, found?.parameterFamily);
  if (!evictionPolicies.includes(parameters.maxmemoryPolicy))
    yield {
      code: 'eviction_policy_unknown',
      path: 'parameters.maxmemoryPolicy',
      message: `${parameters.maxmemoryPolicy} is not a maxmemory-policy.`,
      remediation: 'Use volatile-lru, or noeviction for a server that holds only jobs.',
    };
  else if (plan.clients.jobs && !keepsJobs(parameters.maxmemoryPolicy))
    yield {
      code: 'eviction_policy_loses_jobs',
      path: 'parameters.maxmemoryPolicy',
      message: `${parameters.maxmemoryPolicy} evicts jobs when memory is full, and the queue loses them silently.`,
      remediation: 'Use volatile-lru with spare memory, or use a separate server for jobs (REDIS_JOBS_URL).',
    };
  if (parameters.reservedMemoryPercent < reservedMemoryPercent.value)
    yield {
      code: 'reserved_memory_low',
      path: 'parameters.reservedMemoryPercent',
      message: `Only ${parameters.reservedMemoryPercent} % of memory is reserved; a backup or a replica sync can then cause swapping.`,
      remediation: `Set it to ${reservedMemoryPercent.value} or more.`,
    };
};

function* parameterErrors(plan: Plan, engine: Engine, family: string | undefined): Generator<PlanError> {
  const { group } = plan.parameters;
  if (family !== undefined && plan.parameters.family !== family)
    yield {
      code: 'parameter_family_wrong',
      path: 'parameters.family',
      message: `${engine} ${plan.engineVersion} requires the parameter group family ${family}, not ${plan.parameters.family}.`,
      remediation: `Set parameters.family to ${family}.`,
    };
  if (!group.startsWith('default.') || family === undefined) return;
  const expected = `default.${family}${speaksCluster(plan) ? '.cluster.on' : ''}`;
  if (group !== expected)
    yield {
      code: 'parameter_group_wrong',
      path: 'parameters.group',
      message: `The default parameter group of ${engine} ${plan.engineVersion} with cluster mode ${clusterModeOf(plan)} is ${expected}, not ${group}.`,
      remediation:
        'Leave it empty: the deployment then creates a parameter group, which can be changed later.',
    };
  else
    yield {
      code: 'parameter_group_default',
      path: 'parameters.group',
      message: `${group} cannot be changed, so it cannot have the maxmemory-policy and reserved-memory-percent of the plan.`,
      remediation: 'Leave it empty: the deployment then creates a parameter group.',
    };
}
