import type { Snapshot } from '@aws-sdk/client-elasticache';
import type { Backup } from '@bookedbarber/elasticache';
import { onAws } from '../shared/aws/aws-failure.ts';
import { openElastiCache } from '../shared/aws/clients.ts';
import { Failure } from '../shared/user-error.ts';

/** A backup that is there, with what somebody wants to know who chooses one. */
export type FoundBackup = Backup & {
  /** Such as "available" or "creating". */
  readonly status: string;
  /** Whether AWS made it by itself, and removes it again. */
  readonly isAutomatic: boolean;
  /** When the last of its shards was read; null: not known. */
  readonly madeMs: number | null;
};

/** ElastiCache gives at most 50 a page, and fewer with the configuration of shards. */
const pageSize = 50;

/** The backups of a group, newest first, also of one that is no longer there. Throws Failure. */
export async function backupsOf(group: string, region: string): Promise<FoundBackup[]> {
  const client = await openElastiCache(region);
  const found: Snapshot[] = [];
  let marker: string | undefined;
  do {
    const page = await onAws(`Looking for backups of ${group} (elasticache:DescribeSnapshots)`, () =>
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

/** The newest that a group can be made from, of backups in their order; undefined: there is none. */
export function newestOf(backups: readonly FoundBackup[]): FoundBackup | undefined {
  return backups.find(({ status }) => status === 'available');
}

/** The one of that name, or the newest that is available. Throws Failure. */
export function chooseBackup(
  backups: readonly FoundBackup[],
  name: string | undefined,
  group: string,
): FoundBackup {
  const chosen = name === undefined ? newestOf(backups) : backups.find((backup) => backup.name === name);
  if (chosen === undefined)
    throw new Failure(
      'backup_missing',
      name === undefined
        ? `There is no backup of ${group} that is available.`
        : `There is no backup ${name} of ${group}.`,
      {
        details: backups.map((backup) => `${backup.name}: ${backup.status}`),
        remediation:
          'See whether plan, AWS_PROFILE and region belong together; `bookedbarber restore DEPLOYMENT` lists backups.',
      },
    );
  if (chosen.status !== 'available')
    throw new Failure('backup_unavailable', `The backup ${chosen.name} is ${chosen.status}.`, {
      remediation: 'Wait until it is available, or name another one with --snapshot.',
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
    // Slots are told of shards in cluster mode alone.
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

/** "212 MB" in bytes; nothing for what is no size. */
function bytesIn(text: string): number[] {
  const [, amount = '', unit = ''] = /^([\d.]+) ?([KMGT]?B)$/.exec(text) ?? [];
  const factor = units[unit];
  return factor === undefined || !Number.isFinite(Number(amount)) ? [] : [Number(amount) * factor];
}
