import { engineNames, formatBytes, type Plan } from '@bookedbarber/elasticache';
import { costOfPlan } from '../plan/cost-of-plan.ts';
import { dollars } from '../plan/dollars.ts';
import type { Paint } from '../shared/terminal/paint.ts';
import { table } from '../shared/terminal/table.ts';
import { counted, wrap } from '../shared/terminal/words.ts';
import type { FoundBackup } from './backups.ts';

export function backupLines(
  { name, region }: Plan,
  backups: readonly FoundBackup[],
  chosen: FoundBackup | null,
  paint: Paint,
): string[] {
  if (backups.length === 0) return [`${name} has no backups in ${region}.`];
  const right = 'right' as const;
  const [titles = '', ...rows] = table(
    [
      { title: '' },
      { title: 'backup' },
      { title: 'created (UTC)' },
      { title: 'engine' },
      { title: 'node' },
      { title: 'shards', align: right },
      { title: 'size', align: right },
      { title: 'state' },
    ],
    backups.map((backup) => [
      backup === chosen ? '→' : '',
      backup.name,
      timeOf(backup),
      engineOf(backup),
      backup.nodeType,
      String(backup.shards),
      sizeOf(backup),
      backup.isAutomatic ? `${backup.status}, automatic` : backup.status,
    ]),
    '',
  );
  return [paint.heading(`Backups of ${name}, ${region}`), paint.quiet(titles), ...rows];
}

export function restoredLines(plan: Plan, backup: FoundBackup, file: string, paint: Paint): string[] {
  return [
    `${paint.heading(plan.name)} from ${backup.name}`,
    `  ${plan.nodeType}, ${counted(plan.shards, 'shard')}, ${plan.engine} ${plan.engineVersion}, ${plan.region}`,
    `  monthly cost: ${dollars(costOfPlan(plan))}, in addition to the old group`,
    ...(backup.isAutomatic
      ? wrap('The backup is automatic: AWS deletes it after its retention period.', '  ', 100).map((line) =>
          paint.warning(line),
        )
      : []),
    '',
    paint.good(`Saved as ${file}; nothing was changed on AWS.`),
    `Next: \`bookedbarber provision ${file}\` creates the new group. The old one stays unchanged.`,
    'Then: run `bookedbarber env --redis ENDPOINT` with the new endpoint and `bookedbarber doctor`, and restart the processes.',
  ];
}

function engineOf({ engine, engineVersion }: FoundBackup): string {
  return `${engine === 'redis' || engine === 'valkey' ? engineNames[engine] : engine} ${engineVersion}`;
}

function timeOf({ madeMs }: FoundBackup): string {
  return madeMs === null ? 'unknown' : new Date(madeMs).toISOString().slice(0, 16).replace('T', ' ');
}

function sizeOf({ shardBytes }: FoundBackup): string {
  return shardBytes.length === 0 ? 'unknown' : formatBytes(shardBytes.reduce((sum, bytes) => sum + bytes, 0));
}
