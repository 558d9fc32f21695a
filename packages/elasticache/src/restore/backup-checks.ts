import { isAtLeast } from '../facts/engines.ts';
import { findNodeType } from '../facts/node-types.ts';
import type { Plan, PlanError } from '../plan/plan.ts';
import { compareNeeds } from '../sizing/fit.ts';
import { inUnits } from '../sizing/units.ts';
import { defaultThresholds } from '../thresholds/thresholds.ts';
import type { Backup } from './backup.ts';

/**
 * Returns the reasons why a group of this plan cannot be created from a backup. The ElastiCache user guide, "Restoring
 * from a backup", allows another node type and another number of shards if the data fits.
 */
export function backupErrors(plan: Plan, backup: Backup): PlanError[] {
  return [...engineErrors(plan, backup), ...modeErrors(plan, backup), ...memoryErrors(plan, backup)];
}

/**
 * Valkey restores backups of Redis OSS up to 7.2, which covers every version on ElastiCache. No engine restores later
 * versions.
 */
function* engineErrors(plan: Plan, backup: Backup): Generator<PlanError> {
  if (backup.engine === 'valkey' && plan.engine === 'redis')
    yield {
      code: 'backup_engine',
      path: 'engine',
      message: `The backup is from Valkey ${backup.engineVersion}, which Redis OSS cannot restore.`,
      remediation: 'Restore it to Valkey: set engine to valkey in the plan.',
    };
  else if (backup.engine === plan.engine && !isAtLeast(plan.engineVersion, majorMinor(backup.engineVersion)))
    yield {
      code: 'backup_engine_version',
      path: 'engineVersion',
      message: `The backup is from ${backup.engine} ${backup.engineVersion}, which the older version ${plan.engineVersion} cannot restore.`,
      remediation: `Restore it to that version or a later one: --engine-version ${majorMinor(backup.engineVersion)}.`,
    };
}

function* modeErrors(plan: Plan, backup: Backup): Generator<PlanError> {
  if (backup.clusterMode && !plan.clusterMode)
    yield {
      code: 'backup_cluster_mode',
      path: 'clusterMode',
      message: 'The backup is from a group in cluster mode and cannot be restored to one without it.',
      remediation: `Restore it to cluster mode: set clusterMode to true and shards to ${backup.shards} in the plan.`,
    };
}

/**
 * With the same number of shards, the fullest shard must fit; otherwise, the total divided by the new number must
 * fit.
 */
function* memoryErrors(plan: Plan, { shardBytes }: Backup): Generator<PlanError> {
  const node = findNodeType(plan.nodeType);
  if (node === undefined || shardBytes.length === 0) return;
  const total = shardBytes.reduce((sum, bytes) => sum + bytes, 0);
  const memory = shardBytes.length === plan.shards ? Math.max(...shardBytes) : total / plan.shards;
  const options = {
    reservedPercent: plan.parameters.reservedMemoryPercent,
    thresholds: defaultThresholds,
  };
  for (const { name, need, allowed, fits } of compareNeeds({ memory }, node, options))
    if (!fits)
      yield {
        code: 'backup_too_large',
        path: 'nodeType',
        message: `The backup holds ${inUnits(name, need)} per shard; ${plan.nodeType} provides ${inUnits(name, allowed ?? 0)}.`,
        remediation: 'Restore it to a larger node: --node TYPE.',
      };
}

/** A backup has a patch version. A plan does not, because AWS chooses the patch. */
function majorMinor(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}
