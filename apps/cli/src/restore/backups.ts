import type { Snapshot } from '@aws-sdk/client-elasticache';
import type { Backup } from '@bookedbarber/elasticache';
import { onAws } from '../shared/aws/aws-failure.ts';
import { openElastiCache } from '../shared/aws/clients.ts';
import { Failure } from '../shared/user-error.ts';

/** A backup of a replication group on AWS. */
export type FoundBackup = Backup & {
  /** Status from AWS, such as "available" or "creating". */
  readonly status: string;
  /** Whether AWS created it automatically and deletes it after the retention period. */
  readonly isAutomatic: boolean;
  /** Time of the latest shard snapshot; null if unknown. */
  readonly madeMs: number | null;
};

/** ElastiCache returns at most 50 backups per page, and fewer with the shard configuration. */
const pageSize = 50;

/** The backups of a group, newest first. Works for deleted groups, too. Throws Failure. */
export async function backupsOf(group: string, region: string): Promise<FoundBackup[]> {
  const client = await openElastiCache(region);
  const found: Snapshot[] = [];
  let marker: string | undefined;
  do {
    const page = await onAws(`Reading the backups of ${group} (elasticache:DescribeSnapshots)`, () =>
      client.describeSnapshots({
        ReplicationGroupId: group,
        ShowNodeGroupConfig: true,
        MaxRecords: pageSize,
        ...(marker === undefined ? {} : { Marker: marker }),
      }),
    );
    found.push(...(page.Snapshots ?? []));
    marker = page.Marker;
  } while (marker !== undefined && marker !== '');
  return found.map(backupOf).sort((a, b) => (b.madeMs ?? 0) - (a.madeMs ?? 0));
}

/** The newest available backup of a list sorted newest first, or undefined. */
export function newestOf(backups: readonly FoundBackup[]): FoundBackup | undefined {
  return backups.find(({ status }) => status === 'available');
}

/** The backup with this name, or the newest available one. Throws Failure. */
export function chooseBackup(
  backups: readonly FoundBackup[],
  name: string | undefined,
  group: string,
): FoundBackup {
  const chosen = name === undefined ? newestOf(backups) : backups.find((backup) => backup.name === name);
  if (chosen === undefined)
    throw new Failure(
      'backup_missing',
      name === undefined ? `No backup of ${group} is available.` : `${group} has no backup ${name}.`,
      {
        details: backups.map((backup) => `${backup.name}: ${backup.status}`),
        remediation:
          'Check that AWS_PROFILE and the region match the plan. `bookedbarber restore DEPLOYMENT` lists the backups.',
      },
    );
  if (chosen.status !== 'available')
    throw new Failure('backup_unavailable', `The backup ${chosen.name} is ${chosen.status}.`, {
      remediation: 'Wait until it is available, or choose another one with --snapshot.',
    });
  return chosen;
}

function backupOf(snapshot: Snapshot): FoundBackup {
  const nodes = snapshot.NodeSnapshots ?? [];
  const shards = snapshot.NumNodeGroups ?? Math.max(1, nodes.length);
  const times = nodes.flatMap(({ SnapshotCreateTime: made }) => (made === undefined ? [] : [made.getTime()]));
  const sizes = nodes.flatMap(({ CacheSize: size }) => bytesIn(size ?? ''));
  return {
    name: snapshot.SnapshotName ?? '',
    engine: snapshot.Engine ?? 'unknown',
    engineVersion: snapshot.EngineVersion ?? '0',
    nodeType: snapshot.CacheNodeType ?? 'unknown',
    // Only shards in cluster mode report slots.
    clusterMode: shards > 1 || nodes.some(({ NodeGroupConfiguration: of }) => (of?.Slots ?? '') !== ''),
    shards,
    shardBytes: sizes.length === shards ? sizes : [],
    status: snapshot.SnapshotStatus ?? 'unknown',
    isAutomatic: snapshot.SnapshotSource !== 'manual',
    madeMs: times.length === 0 ? null : Math.max(...times),
  };
}

const units: Readonly<Record<string, number>> = {
  B: 1,
  KB: 1024,
  MB: 1024 ** 2,
  GB: 1024 ** 3,
  TB: 1024 ** 4,
};

/** "212 MB" as bytes, in an array; empty for a text that is not a size. */
function bytesIn(text: string): number[] {
  const [, amount = '', unit = ''] = /^([\d.]+) ?([KMGT]?B)$/.exec(text) ?? [];
  const factor = units[unit];
  return factor === undefined || !Number.isFinite(Number(amount)) ? [] : [Number(amount) * factor];
}
