/**
 * AWS ElastiCache as far as the rotation of a password speaks to it, on the wire: the query protocol with XML. The passwords
 * that the group takes are given to a real server. A change takes a few looks, in which another one is refused. It may also
 * have backups, and say of what the group is made.
 */
import { describeSnapshots, type FakeBackup } from './backups.ts';
import { type FakeServer, queryError, queryReply, type Reply, startFakeHttpServer } from './http-stand-in.ts';

export type ElastiCacheOptions = {
  group: string;
  host: string;
  port: number;
  password: string;
  /** Makes the server take these passwords and no others. */
  apply: (passwords: readonly string[]) => Promise<unknown>;
  tls?: boolean;
  /** Whether host and port are those of a cluster. */
  cluster?: boolean;
  /** Kind of its two nodes, where somebody asks for it. */
  node?: string;
  backups?: readonly FakeBackup[];
  /** Looks that a change takes. Default 2. */
  looksOfChange?: number;
};

export type FakeElastiCache = FakeServer & {
  /** Actions in the order in which they came, with the strategy. */
  actions: string[];
  /** The passwords that the group takes; the newest comes last. */
  passwords: readonly string[];
  /** Actions that are answered with an error so many times. */
  refuses: Map<string, { code: string; message: string; times: number }>;
  /** Makes the group one that somebody else is changing, for so many looks. */
  busyFor(looks: number): void;
};

export async function startElastiCache(options: ElastiCacheOptions): Promise<FakeElastiCache> {
  const { looksOfChange = 2 } = options;
  const actions: string[] = [];
  const refuses: FakeElastiCache['refuses'] = new Map();
  let passwords: readonly string[] = [options.password];
  let busy = 0;
  let changing = '';

  const describe = (): Reply => {
    const isBusy = busy > 0;
    if (isBusy) busy -= 1;
    const pending =
      isBusy && changing !== ''
        ? `<PendingModifiedValues><AuthTokenStatus>${changing}</AuthTokenStatus></PendingModifiedValues>`
        : '';
    const made =
      options.node === undefined
        ? ''
        : `<CacheNodeType>${options.node}</CacheNodeType><Engine>valkey</Engine><ClusterEnabled>false</ClusterEnabled><ClusterMode>disabled</ClusterMode><MultiAZ>enabled</MultiAZ><MemberClusters><ClusterId>${options.group}-001</ClusterId><ClusterId>${options.group}-002</ClusterId></MemberClusters>`;
    const endpoint = `<Address>${options.host}</Address><Port>${options.port}</Port>`;
    const place =
      options.cluster === true
        ? `<ConfigurationEndpoint>${endpoint}</ConfigurationEndpoint>`
        : `<NodeGroups><NodeGroup><NodeGroupId>0001</NodeGroupId><PrimaryEndpoint>${endpoint}</PrimaryEndpoint></NodeGroup></NodeGroups>`;
    return queryReply(
      'DescribeReplicationGroups',
      `<ReplicationGroups><ReplicationGroup><ReplicationGroupId>${options.group}</ReplicationGroupId><Status>${isBusy ? 'modifying' : 'available'}</Status>${pending}<AuthTokenEnabled>true</AuthTokenEnabled><TransitEncryptionEnabled>${options.tls === true}</TransitEncryptionEnabled>${made}${place}</ReplicationGroup></ReplicationGroups>`,
    );
  };
  const modify = async (form: URLSearchParams): Promise<Reply> => {
    const password = form.get('AuthToken') ?? '';
    const strategy = form.get('AuthTokenUpdateStrategy') ?? 'ROTATE';
    actions[actions.length - 1] += ` ${strategy}`;
    if (busy > 0)
      return queryError(
        'InvalidReplicationGroupState',
        `Replication group ${options.group} is not in available state.`,
      );
    if (!/^[A-Za-z0-9!&#$^<>-]{16,128}$/.test(password))
      return queryError('InvalidParameterValue', 'Invalid AuthToken provided.');
    if (strategy === 'SET' && !passwords.includes(password))
      return queryError('InvalidParameterCombination', 'SET is allowed only after ROTATE.');
    // Two at a time: another one pushes the older of them out.
    passwords = strategy === 'SET' ? [password] : [passwords.at(-1) ?? '', password];
    busy = looksOfChange;
    changing = strategy === 'SET' ? 'SETTING' : 'ROTATING';
    await options.apply(passwords);
    return queryReply(
      'ModifyReplicationGroup',
      `<ReplicationGroup><ReplicationGroupId>${options.group}</ReplicationGroupId><Status>modifying</Status></ReplicationGroup>`,
    );
  };
  const server = await startFakeHttpServer((_request, body) => {
    const form = new URLSearchParams(body);
    const action = form.get('Action') ?? '';
    actions.push(action);
    const refusal = refuses.get(action);
    if (refusal !== undefined && refusal.times > 0) {
      refusal.times -= 1;
      return queryError(refusal.code, refusal.message);
    }
    if (form.get('ReplicationGroupId') !== options.group)
      return queryError('ReplicationGroupNotFoundFault', 'ReplicationGroup not found.', 404);
    if (action === 'DescribeSnapshots') return describeSnapshots(form, options.backups ?? []);
    return action === 'ModifyReplicationGroup' ? modify(form) : describe();
  });
  return {
    ...server,
    actions,
    refuses,
    get passwords() {
      return passwords;
    },
    busyFor(looks) {
      busy = looks;
      changing = '';
    },
  };
}
