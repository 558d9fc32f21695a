/**
 * The operations of CloudWatch and ElastiCache that `status --aws` and `advise --aws` use, in JSON 1.0 and the query
 * protocol. Each metric has the same value in all periods, for all nodes or for one; "node/metric" takes precedence
 * over "metric".
 */
import {
  type FakeServer,
  queryError,
  queryReply,
  type Reply,
  startFakeHttpServer,
} from './fake-http-server.ts';

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

/** Metrics of a healthy group. */
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
  /** All received queries. */
  queries: Query[];
  /** The existing group and its nodes. */
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
    const input = JSON.parse(body) as { MetricDataQueries: Query[]; StartTime: number; EndTime: number };
    queries.push(...input.MetricDataQueries);
    const known = new Set(input.MetricDataQueries.map(({ Id }) => Id));
    for (const { Expression: text = '' } of input.MetricDataQueries)
      for (const id of text.match(/\b[a-z][A-Za-z0-9_]*\b/g) ?? [])
        if (!known.has(id)) return jsonError('ValidationError', `${id} is not defined`);
    const results = input.MetricDataQueries.filter(({ ReturnData }) => ReturnData !== false).map((query) => {
      const period = query.MetricStat?.Period ?? query.Period ?? 60;
      const value = valueFor(query);
      const times: number[] = [];
      for (let at = Math.floor(input.EndTime / period) * period; at >= input.StartTime; at -= period)
        times.push(at);
      const timestamps = value === undefined ? [] : times;
      return {
        Id: query.Id,
        Label: query.Id,
        StatusCode: 'Complete',
        Timestamps: timestamps,
        Values: timestamps.map(() => value),
      };
    });
    return { type: 'application/x-amz-json-1.0', body: JSON.stringify({ MetricDataResults: results }) };
  };
  const replicationGroup = (form: URLSearchParams): Reply => {
    const id = form.get('ReplicationGroupId');
    if (id !== group.id)
      return queryError('ReplicationGroupNotFoundFault', `ReplicationGroup ${id} not found.`, 404);
    // A group has a configuration endpoint in the cluster modes `compatible` and `enabled`.
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
