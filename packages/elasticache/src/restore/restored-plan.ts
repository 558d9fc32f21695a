import { findEngineVersion } from '../facts/engines.ts';
import type { Plan, PlanError } from '../plan/plan.ts';
import { validatePlan } from '../plan/validate-plan.ts';
import type { Backup } from './backup.ts';
import { backupErrors } from './backup-checks.ts';

type RestoreChoices = {
  /** Of the new group. */
  readonly name: string;
  readonly nodeType?: string;
  readonly engineVersion?: string;
};

/** The plan of a new group that is made from a backup, beside the one of `plan`; or everything that stands against it. */
export function restoredPlan(
  plan: Plan,
  backup: Backup,
  { name, nodeType, engineVersion }: RestoreChoices,
): { plan: Plan; errors: [] } | { plan: null; errors: PlanError[] } {
  // The new group is made as it is: it has no way behind it.
  const { clusterModeMigration: _gone, ...kept } = plan;
  const version = engineVersion ?? plan.engineVersion;
  const family = findEngineVersion(plan.engine, version)?.parameterFamily ?? plan.parameters.family;
  const made: Plan = {
    ...kept,
    name,
    nodeType: nodeType ?? plan.nodeType,
    engineVersion: version,
    parameters: { ...plan.parameters, family },
    snapshotName: backup.name,
  };
  const errors = [...validatePlan(made), ...backupErrors(made, backup)];
  if (name === plan.name)
    errors.push({
      code: 'name_taken',
      path: 'name',
      message: `${name} is the group that there is: a backup is restored to a new one beside it.`,
      remediation: 'Give the new group another name: --name NAME.',
    });
  return errors.length === 0 ? { plan: made, errors: [] } : { plan: null, errors };
}
