/**
 * The operations of CloudWatch and ElastiCache that `status --aws` and `advise --aws` use, in JSON 1.0 and the query
 * protocol. Each metric has the same value in all periods or one by time, for all nodes or for one; "node/metric" takes
 * precedence over "metric". Responses have pages, and a request has at most 500 queries, as in the service.
 */
import { describeParameters } from './cache-parameters.ts';
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

/** A value, or the value of the period that begins at a time (in seconds); undefined: the period has none. */
type Value = number | ((atSeconds: number) => number | undefined);

const maxQueries = 500;
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
  values: Map<string, Value>;
  /** Maximum number of values in a page. Default 1000. */
  pageSize: number;
  /** All received queries. */
  queries: Query[];
  /** The existing group and its nodes. */
  group: { id: string; node: string; members: string[]; status: string; clusterMode: string };
  /** Parameters of its parameter group, whose name is `own`. */
  parameters: Map<string, string>;
  refuses: Map<string, { code: string; message: string }>;
};

export async function startCloudWatch(): Promise<FakeCloudWatch> {
  const values = new Map<string, Value>();
  const queries: Query[] = [];
  const refuses = new Map<string, { code: string; message: string }>();
  const parameters = new Map([
    ['maxmemory-policy', 'volatile-lru'],
    ['reserved-memory-percent', '25'],
    ['close-on-replica-write', 'yes'],
  ]);
  const paging = { pageSize: 1000 };
  const group = {
    id: 'bookedbarber',
    node: 'cache.t4g.small',
    members: ['bookedbarber-001', 'bookedbarber-002'],
    status: 'available',
    clusterMode: 'disabled',
  };

  const valueFor = ({ Expression: expression, MetricStat: stat }: Query): Value | undefined => {
    if (expression?.startsWith('IF')) return values.get('CacheHitRate');
    if (expression !== undefined) return values.get('SwapBeyondFreeable');
    const { MetricName: name = '', Dimensions: dimensions = [] } = stat?.Metric ?? {};
    return values.get(`${dimensions[0]?.Value}/${name}`) ?? values.get(name);
  };
  const metricData = (body: string): Reply => {
    const input = JSON.parse(body) as {
      MetricDataQueries: Query[];
      StartTime: number;
      EndTime: number;
      NextToken?: string;
    };
    if (input.MetricDataQueries.length > maxQueries)
      return jsonError('ValidationError', `The request has more than ${maxQueries} queries`);
    if (input.NextToken === undefined) queries.push(...input.MetricDataQueries);
    const known = new Set(input.MetricDataQueries.map(({ Id }) => Id));
    for (const { Expression: text = '' } of input.MetricDataQueries)
      for (const id of text.match(/\b[a-z][A-Za-z0-9_]*\b/g) ?? [])
        if (!known.has(id)) return jsonError('ValidationError', `${id} is not defined`);
    const points = input.MetricDataQueries.filter(({ ReturnData }) => ReturnData !== false).flatMap((query) =>
      pointsOf(query, input),
    );
    const at = Number(input.NextToken ?? 0);
    const end = at + paging.pageSize;
    const page = points.slice(at, end);
    const results = [...new Set(page.map(({ id }) => id))].map((id) => ({
      id,
      found: page.filter((point) => point.id === id),
    }));
    return {
      type: 'application/x-amz-json-1.0',
      body: JSON.stringify({
        MetricDataResults: results.map(({ id, found }) => ({
          Id: id,
          Label: id,
          StatusCode: 'Complete',
          Timestamps: found.map((point) => point.at),
          Values: found.map(({ value }) => value),
        })),
        ...(end < points.length ? { NextToken: String(end) } : {}),
      }),
    };
  };
  /** The values of a query, newest first. */
  const pointsOf = (
    query: Query,
    { StartTime: start, EndTime: end }: { StartTime: number; EndTime: number },
  ) => {
    const period = query.MetricStat?.Period ?? query.Period ?? 60;
    const value = valueFor(query);
    const points: { id: string; at: number; value: number }[] = [];
    for (let at = Math.floor(end / period) * period; at >= start; at -= period) {
      const inPeriod = typeof value === 'function' ? value(at) : value;
      if (inPeriod !== undefined) points.push({ id: query.Id, at, value: inPeriod });
    }
    return points;
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
  const node = (form: URLSearchParams): Reply =>
    queryReply(
      'DescribeCacheClusters',
      `<CacheClusters><CacheCluster><CacheClusterId>${form.get('CacheClusterId')}</CacheClusterId><CacheParameterGroup><CacheParameterGroupName>own</CacheParameterGroupName><ParameterApplyStatus>in-sync</ParameterApplyStatus></CacheParameterGroup></CacheCluster></CacheClusters>`,
    );
  const server = await startFakeHttpServer((request, body) => {
    const target = String(request.headers['x-amz-target'] ?? '').split('.')[1];
    const form = new URLSearchParams(body);
    const refusal = refuses.get(target ?? form.get('Action') ?? '');
    if (refusal !== undefined)
      return target === undefined
        ? queryError(refusal.code, refusal.message, 403)
        : jsonError(refusal.code, refusal.message);
    if (target !== undefined) return metricData(body);
    if (form.get('Action') === 'DescribeCacheParameters') return describeParameters(form, parameters);
    return form.get('Action') === 'DescribeCacheClusters' ? node(form) : replicationGroup(form);
  });
  return Object.assign(paging, server, { values, queries, group, parameters, refuses });
}

function jsonError(code: string, message: string): Reply {
  return {
    status: 400,
    type: 'application/x-amz-json-1.0',
    body: JSON.stringify({ __type: `com.amazonaws.cloudwatch#${code}`, message }),
  };
}
