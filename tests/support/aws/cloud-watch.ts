/**
 * CloudWatch and ElastiCache as far as `status --aws` and `advise --aws` speak to them, on the wire: JSON 1.0 and the query
 * protocol. Each metric has one value in all of its periods, of all nodes or of one; "node/metric" comes before "metric".
 */
import { type FakeServer, queryError, queryReply, type Reply, startFakeHttpServer } from './http-stand-in.ts';

type Query = {
  Id: string;
  Expression?: string;
  ReturnData?: boolean;
  Period?: number;
  MetricStat?: {
    Metric: { MetricName: string; Dimensions: { Value: string }[] };
    Period: number;
    Stat: string;
  };
};

/** Of a healthy group, by metric. */
export const healthyMetrics = {
  DatabaseMemoryUsagePercentage: 40,
  CPUUtilization: 12,
  CurrConnections: 20,
  CacheHitRate: 97,
  Evictions: 0,
  ReplicationLag: 0.2,
  CPUCreditBalance: 570,
  FreeableMemory: 700_000_000,
  SwapBeyondFreeable: -600_000_000,
  AuthenticationFailures: 0,
  NetworkBandwidthInAllowanceExceeded: 0,
  NetworkBandwidthOutAllowanceExceeded: 0,
  TrafficManagementActive: 0,
};

export type FakeCloudWatch = FakeServer & {
  values: Map<string, number>;
  /** All queries that came. */
  queries: Query[];
  /** The group that is there; its nodes. */
  group: { id: string; node: string; members: string[]; status: string; clusterMode: string };
  refuses: Map<string, { code: string; message: string }>;
};

export async function startCloudWatch(): Promise<FakeCloudWatch> {
  const values = new Map<string, number>();
  const queries: Query[] = [];
  const refuses = new Map<string, { code: string; message: string }>();
  const group = {
    id: 'bookedbarber',
    node: 'cache.t4g.small',
    members: ['bookedbarber-001', 'bookedbarber-002'],
    status: 'available',
    clusterMode: 'disabled',
  };

  const valueFor = ({ Expression: expression, MetricStat: stat }: Query): number | undefined => {
    if (expression?.startsWith('IF')) return values.get('CacheHitRate');
    if (expression !== undefined) return values.get('SwapBeyondFreeable');
    const { MetricName: name = '', Dimensions: dimensions = [] } = stat?.Metric ?? {};
    return values.get(`${dimensions[0]?.Value}/${name}`) ?? values.get(name);
  };
  const metricData = (body: string): Reply => {
    const asked = JSON.parse(body) as { MetricDataQueries: Query[]; StartTime: number; EndTime: number };
    queries.push(...asked.MetricDataQueries);
    const known = new Set(asked.MetricDataQueries.map(({ Id }) => Id));
    for (const { Expression: text = '' } of asked.MetricDataQueries)
      for (const id of text.match(/\b[a-z][A-Za-z0-9_]*\b/g) ?? [])
        if (!known.has(id)) return jsonError('ValidationError', `${id} is not defined`);
    const results = asked.MetricDataQueries.filter(({ ReturnData }) => ReturnData !== false).map((query) => {
      const period = query.MetricStat?.Period ?? query.Period ?? 60;
      const value = valueFor(query);
      const times: number[] = [];
      for (let at = Math.floor(asked.EndTime / period) * period; at >= asked.StartTime; at -= period)
        times.push(at);
      const there = value === undefined ? [] : times;
      return {
        Id: query.Id,
        Label: query.Id,
        StatusCode: 'Complete',
        Timestamps: there,
        Values: there.map(() => value),
      };
    });
    return { type: 'application/x-amz-json-1.0', body: JSON.stringify({ MetricDataResults: results }) };
  };
  const replicationGroup = (form: URLSearchParams): Reply => {
    const id = form.get('ReplicationGroupId');
    if (id !== group.id)
      return queryError('ReplicationGroupNotFoundFault', `ReplicationGroup ${id} not found.`, 404);
    // ElastiCache gives one that speaks the protocol of clusters from the mode compatible on.
    const endpoint =
      group.clusterMode === 'disabled'
        ? ''
        : '<ConfigurationEndpoint><Address>bookedbarber.xxxxx.clustercfg.use1.cache.amazonaws.com</Address><Port>6379</Port></ConfigurationEndpoint>';
    const members = group.members.map((node) => `<ClusterId>${node}</ClusterId>`).join('');
    return queryReply(
      'DescribeReplicationGroups',
      `<ReplicationGroups><ReplicationGroup><ReplicationGroupId>${id}</ReplicationGroupId><Status>${group.status}</Status><ClusterMode>${group.clusterMode}</ClusterMode>${endpoint}<MemberClusters>${members}</MemberClusters><NodeGroups><NodeGroup><NodeGroupId>0001</NodeGroupId></NodeGroup></NodeGroups><MultiAZ>enabled</MultiAZ><ClusterEnabled>false</ClusterEnabled><CacheNodeType>${group.node}</CacheNodeType><Engine>valkey</Engine></ReplicationGroup></ReplicationGroups>`,
    );
  };
  const server = await startFakeHttpServer((request, body) => {
    const target = String(request.headers['x-amz-target'] ?? '').split('.')[1];
    const form = new URLSearchParams(body);
    const refusal = refuses.get(target ?? form.get('Action') ?? '');
    if (refusal !== undefined)
      return target === undefined
        ? queryError(refusal.code, refusal.message, 403)
        : jsonError(refusal.code, refusal.message);
    return target === undefined ? replicationGroup(form) : metricData(body);
  });
  return { ...server, values, queries, group, refuses };
}

function jsonError(code: string, message: string): Reply {
  return {
    status: 400,
    type: 'application/x-amz-json-1.0',
    body: JSON.stringify({ __type: `com.amazonaws.cloudwatch#${code}`, message }),
  };
}
