/** The ElastiCache operations that `restore` uses: backups of a group in the query protocol with XML, two per page. */
import { queryError, queryReply, type Reply } from './fake-http-server.ts';

export type FakeBackup = {
  name: string;
  engine?: string;
  engineVersion?: string;
  node?: string;
  status?: string;
  source?: string;
  /** Size of each shard, in ElastiCache's format. */
  sizes?: string[];
  slots?: string[];
  made: string;
};

const pageSize = 2;

/** Responds to DescribeSnapshots of one group. */
export function describeSnapshots(form: URLSearchParams, backups: readonly FakeBackup[]): Reply {
  if (form.get('ReplicationGroupId') === null)
    return queryError('InvalidParameterCombination', 'ReplicationGroupId is required');
  const at = Number(form.get('Marker') ?? 0);
  const next = at + pageSize < backups.length ? `<Marker>${at + pageSize}</Marker>` : '';
  return queryReply(
    'DescribeSnapshots',
    `${next}<Snapshots>${backups
      .slice(at, at + pageSize)
      .map(snapshotXml)
      .join('')}</Snapshots>`,
  );
}

function snapshotXml(backup: FakeBackup): string {
  const { name, engine = 'valkey', engineVersion = '8.1.0', node = 'cache.t4g.small', made } = backup;
  const { sizes = ['120 MB'], slots = [], status = 'available', source = 'automated' } = backup;
  const nodes = sizes.map((size, at) => {
    const configuration =
      slots[at] === undefined
        ? ''
        : `<NodeGroupConfiguration><Slots>${slots[at]}</Slots></NodeGroupConfiguration>`;
    return `<NodeSnapshot><CacheSize>${size}</CacheSize><SnapshotCreateTime>${made}</SnapshotCreateTime>${configuration}</NodeSnapshot>`;
  });
  return `<Snapshot><SnapshotName>${name}</SnapshotName><Engine>${engine}</Engine><EngineVersion>${engineVersion}</EngineVersion><CacheNodeType>${node}</CacheNodeType><SnapshotStatus>${status}</SnapshotStatus><SnapshotSource>${source}</SnapshotSource><NumNodeGroups>${sizes.length}</NumNodeGroups><NodeSnapshots>${nodes.join('')}</NodeSnapshots></Snapshot>`;
}
