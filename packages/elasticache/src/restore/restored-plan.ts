import { findEngineVersion } from '../facts/engines.ts';
import type { Plan, PlanError } from '../plan/plan.ts';
import { validatePlan } from '../plan/validate-plan.ts';
import type { Backup } from './backup.ts';
import { backupErrors } from './backup-checks.ts';

type RestoreChoices = {
  /** Name of the new group. */
  readonly name: string;
  readonly nodeType?: string;
  readonly engineVersion?: string;
};

/** The plan of a new group, created from a backup beside the group of `plan`, or all errors that prevent it. */
export function restoredPlan(
  plan: Plan,
  backup: Backup,
  { name, nodeType, engineVersion }: RestoreChoices,
): { plan: Plan; errors: [] } | { plan: null; errors: PlanError[] } {
  // The new group is created in its final cluster mode, without a migration.
  const { clusterModeMigration: _migration, ...rest } = plan;
  const version = engineVersion ?? plan.engineVersion;
  const family = findEngineVersion(plan.engine, version)?.parameterFamily ?? plan.parameters.family;
  const restored: Plan = {
    ...rest,
    name,
    nodeType: nodeType ?? plan.nodeType,
    engineVersion: version,
    parameters: { ...plan.parameters, family },
    snapshotName: backup.name,
  };
  const errors = [...validatePlan(restored), ...backupErrors(restored, backup)];
  if (name === plan.name)
    errors.push({
      code: 'name_taken',
      path: 'name',
      message: `The group ${name} already exists: a backup is restored to a new group.`,
      remediation: 'Give the new group another name: --name NAME.',
    });
  return errors.length === 0 ? { plan: restored, errors: [] } : { plan: null, errors };
}
