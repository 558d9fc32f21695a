import { isAtLeast } from '../facts/engines.ts';
import { findNodeType } from '../facts/node-types.ts';
import type { Plan, PlanError } from '../plan/plan.ts';
import { asked } from '../sizing/fit.ts';
import { inUnits } from '../sizing/units.ts';
import { defaultThresholds } from '../thresholds/thresholds.ts';
import type { Backup } from './backup.ts';

/**
 * Why a group of this plan cannot be made from a backup; each mistake by name. From the user guide of ElastiCache, "Restoring
 * from a backup": a larger or smaller node and another number of shards may be taken, where the data has room.
 */
export function backupErrors(plan: Plan, backup: Backup): PlanError[] {
  return [...engineErrors(plan, backup), ...modeErrors(plan, backup), ...memoryErrors(plan, backup)];
}

/** Valkey reads what Redis OSS up to 7.2 wrote, which is all that ElastiCache has; nothing reads what a later one wrote. */
function* engineErrors(plan: Plan, backup: Backup): Generator<PlanError> {
  if (backup.engine === 'valkey' && plan.engine === 'redis')
    yield {
      code: 'backup_engine',
      path: 'engine',
      message: `The backup is of Valkey ${backup.engineVersion}, which Redis OSS does not read.`,
      remediation: 'Restore it to Valkey: write engine valkey in the plan.',
    };
  else if (backup.engine === plan.engine && !isAtLeast(plan.engineVersion, majorMinor(backup.engineVersion)))
    yield {
      code: 'backup_engine_version',
      path: 'engineVersion',
      message: `The backup is of ${backup.engine} ${backup.engineVersion}, and ${plan.engineVersion} does not read what a later version wrote.`,
      remediation: `Restore it to that version or a later one: --engine-version ${majorMinor(backup.engineVersion)}.`,
    };
}

function* modeErrors(plan: Plan, backup: Backup): Generator<PlanError> {
  if (backup.clusterMode && !plan.clusterMode)
    yield {
      code: 'backup_cluster_mode',
      path: 'clusterMode',
      message: 'The backup is of cluster mode, and cannot be restored without it.',
      remediation: `Restore it to cluster mode: clusterMode true and ${backup.shards} shards in the plan.`,
    };
}

/** Of as many shards the fullest has to fit; of another number, what they hold together, shared out. */
function* memoryErrors(plan: Plan, { shardBytes }: Backup): Generator<PlanError> {
  const node = findNodeType(plan.nodeType);
  if (node === undefined || shardBytes.length === 0) return;
  const together = shardBytes.reduce((sum, bytes) => sum + bytes, 0);
  const memory = shardBytes.length === plan.shards ? Math.max(...shardBytes) : together / plan.shards;
  const options = {
    reservedPercent: plan.parameters.reservedMemoryPercent,
    thresholds: defaultThresholds,
  };
  for (const { name, need, allowed, fits } of asked({ memory }, node, options))
    if (!fits)
      yield {
        code: 'backup_too_large',
        path: 'nodeType',
        message: `The backup holds ${inUnits(name, need)} a shard; ${plan.nodeType} has ${inUnits(name, allowed ?? 0)} to give.`,
        remediation: 'Restore it to a larger node: --node TYPE.',
      };
}

/** A backup tells of its patch too, a plan never: AWS chooses it. */
function majorMinor(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}
