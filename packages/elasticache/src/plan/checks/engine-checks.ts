import {
  defaultVersion,
  type Engine,
  evictionPolicies,
  findEngineVersion,
  keepsJobs,
  versionsOf,
} from '../../facts/engines.ts';
import { reservedMemoryPercent } from '../../facts/limits.ts';
import type { Check, Plan, PlanError } from '../plan.ts';

/** Engine, version and parameters. */
export const engineChecks: Check = function* (plan) {
  const { engine, engineVersion, parameters } = plan;
  if (engine !== 'redis' && engine !== 'valkey') {
    yield {
      code: 'engine_unknown',
      path: 'engine',
      message: `${engine} is no engine that the server runs on.`,
      remediation: 'Write redis or valkey. Valkey costs a fifth less.',
    };
    return;
  }
  const found = findEngineVersion(engine, engineVersion);
  if (found === undefined)
    yield {
      code: 'engine_version_unknown',
      path: 'engineVersion',
      message: `${engineVersion} is not a version of ${engine} that is known here.`,
      remediation: `Choose one of ${versionsOf(engine).join(', ')}; ${defaultVersion[engine]} is the usual one.`,
    };
  yield* parameterErrors(plan, engine, found?.parameterFamily);
  if (!evictionPolicies.includes(parameters.maxmemoryPolicy))
    yield {
      code: 'eviction_policy_unknown',
      path: 'parameters.maxmemoryPolicy',
      message: `${parameters.maxmemoryPolicy} is no maxmemory-policy.`,
      remediation: 'Write volatile-lru, or noeviction for a server of jobs alone.',
    };
  else if (plan.clients.jobs && !keepsJobs(parameters.maxmemoryPolicy))
    yield {
      code: 'eviction_policy_loses_jobs',
      path: 'parameters.maxmemoryPolicy',
      message: `${parameters.maxmemoryPolicy} removes jobs when memory is full: they have no expiry, and their queue never notices.`,
      remediation:
        'Write volatile-lru with room to spare, or give jobs a server of their own (REDIS_JOBS_URL).',
    };
  if (parameters.reservedMemoryPercent < reservedMemoryPercent.value)
    yield {
      code: 'reserved_memory_low',
      path: 'parameters.reservedMemoryPercent',
      message: `Only ${parameters.reservedMemoryPercent} % of memory is kept back; a backup or a new replica then ends in swap.`,
      remediation: `Set it to ${reservedMemoryPercent.value} or more.`,
    };
};

function* parameterErrors(plan: Plan, engine: Engine, family: string | undefined): Generator<PlanError> {
  const { group } = plan.parameters;
  if (family !== undefined && plan.parameters.family !== family)
    yield {
      code: 'parameter_family_wrong',
      path: 'parameters.family',
      message: `${engine} ${plan.engineVersion} wants the parameter family ${family}, not ${plan.parameters.family}.`,
      remediation: `Write ${family}.`,
    };
  if (!group.startsWith('default.') || family === undefined) return;
  const wanted = `default.${family}${plan.clusterMode ? '.cluster.on' : ''}`;
  if (group !== wanted)
    yield {
      code: 'parameter_group_wrong',
      path: 'parameters.group',
      message: `There is no ${group} for ${engine} ${plan.engineVersion} with cluster mode ${plan.clusterMode ? 'on' : 'off'}: it is ${wanted}.`,
      remediation: 'Leave it empty: a group of its own is made, and only that one can be changed later.',
    };
  else
    yield {
      code: 'parameter_group_default',
      path: 'parameters.group',
      message: `${group} cannot be changed: neither maxmemory-policy nor reserved-memory-percent would be the plan's.`,
      remediation: 'Leave it empty: a group of its own is made.',
    };
}
