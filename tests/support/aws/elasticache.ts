/**
 * The ElastiCache operations that a password rotation uses, in the query protocol with XML. The passwords of the
 * group are set on a real server. A change takes several DescribeReplicationGroups calls, during which further
 * changes are rejected. The group can also have backups and a description of its nodes.
 */
import { describeSnapshots, type FakeBackup } from './backups.ts';
import {
  type FakeServer,
  queryError,
  queryReply,
  type Reply,
  startFakeHttpServer,
} from './fake-http-server.ts';

export type ElastiCacheOptions = {
  group: string;
  host: string;
  port: number;
  password: string;
  /** Sets the passwords that the server accepts. */
  apply: (passwords: readonly string[]) => Promise<unknown>;
  tls?: boolean;
  /** Whether host and port belong to a cluster. */
  cluster?: boolean;
  /** Node type of the two nodes, for tests that read it. */
  node?: string;
  backups?: readonly FakeBackup[];
  /** DescribeReplicationGroups calls that a change takes. Default 2. */
  looksOfChange?: number;
};

export type FakeElastiCache = FakeServer & {
  /** Actions in order of arrival, with the update strategy. */
  actions: string[];
  /** The passwords that the group accepts, the newest last. */
  passwords: readonly string[];
  /** Actions that return an error, `times` times. */
  refuses: Map<string, { code: string; message: string; times: number }>;
  /** Simulates another change of the group for this number of DescribeReplicationGroups calls. */
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
    const nodes =
      options.node === undefined
        ? ''
        : `<CacheNodeType>${options.node}</CacheNodeType><Engine>valkey</Engine><ClusterEnabled>false</ClusterEnabled><ClusterMode>disabled</ClusterMode><MultiAZ>enabled</MultiAZ><MemberClusters><ClusterId>${options.group}-001</ClusterId><ClusterId>${options.group}-002</ClusterId></MemberClusters>`;
    const endpoint = `<Address>${options.host}</Address><Port>${options.port}</Port>`;
    const endpoints =
      options.cluster === true
        ? `<ConfigurationEndpoint>${endpoint}</ConfigurationEndpoint>`
        : `<NodeGroups><NodeGroup><NodeGroupId>0001</NodeGroupId><PrimaryEndpoint>${endpoint}</PrimaryEndpoint></NodeGroup></NodeGroups>`;
    return queryReply(
      'DescribeReplicationGroups',
      `<ReplicationGroups><ReplicationGroup><ReplicationGroupId>${options.group}</ReplicationGroupId><Status>${isBusy ? 'modifying' : 'available'}</Status>${pending}<AuthTokenEnabled>true</AuthTokenEnabled><TransitEncryptionEnabled>${options.tls === true}</TransitEncryptionEnabled>${nodes}${endpoints}</ReplicationGroup></ReplicationGroups>`,
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
    // The group accepts two passwords; a new one replaces the older.
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
